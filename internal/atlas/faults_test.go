package atlas

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestFaultsNameTheirTests checks that the tests in FAULTS.md exist in this package or in package atlas.
func TestFaultsNameTheirTests(t *testing.T) {
	t.Parallel()
	var tests strings.Builder
	for _, folder := range []string{".", "../atlas"} {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no tests: %v", folder, err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file) //nolint:gosec // the tests of this repository
			if err != nil {
				t.Fatal(err)
			}
			tests.Write(source)
		}
	}
	for _, folder := range []string{".", "../atlas"} {
		faults, err := os.ReadFile(filepath.Join(folder, "FAULTS.md")) //nolint:gosec // this repository's
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile("`(?:Test|Fuzz)\\w+`").FindAllString(string(faults), -1) {
			if !strings.Contains(tests.String(), "func "+strings.Trim(name, "`")+"(") {
				t.Errorf("%s/FAULTS.md names %s, which does not exist", folder, name)
			}
		}
	}
}
