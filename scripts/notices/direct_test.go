package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestContributingSaysWhyOfEachDirectDependency(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json", "../../go.mod").Output()
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(output, &file); err != nil {
		t.Fatal(err)
	}
	var required, named []string
	for _, module := range file.Require {
		if !module.Indirect {
			required = append(required, module.Path)
		}
	}
	page, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+\\.[a-z]+[^` ]*)` \\| [^|]+ \\|$").FindAllSubmatch(page, -1) {
		named = append(named, string(row[1]))
	}
	slices.Sort(required)
	slices.Sort(named)
	if diff := cmp.Diff(required, named); diff != "" {
		t.Errorf("direct dependencies in go.mod (-) and in the table of CONTRIBUTING.md (+):\n%s", diff)
	}
}
