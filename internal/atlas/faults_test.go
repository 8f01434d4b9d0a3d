package atlas

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestFaultsNameTheirTests checks that the tests in FAULTS.md exist in this package.
func TestFaultsNameTheirTests(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no tests: %v", err)
	}
	var tests strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file) //nolint:gosec // the tests of this package
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(source)
	}
	faults, err := os.ReadFile("FAULTS.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile("`(?:Test|Fuzz)\\w+`").FindAllString(string(faults), -1)
	if len(names) == 0 {
		t.Error("FAULTS.md names no tests")
	}
	for _, name := range names {
		if !strings.Contains(tests.String(), "func "+strings.Trim(name, "`")+"(") {
			t.Errorf("FAULTS.md names %s, which does not exist", name)
		}
	}
}
