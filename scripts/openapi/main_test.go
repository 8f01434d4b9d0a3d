package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path) //nolint:gosec // a file of this repository
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestCutKeepsWhatAnOperationRefersTo(t *testing.T) {
	t.Parallel()
	got, err := cut([]byte(read(t, "testdata/published.json")), []string{"getThing"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(read(t, "testdata/cut.json"), string(got)); diff != "" {
		t.Errorf("description (-want +got):\n%s", diff)
	}
}

func TestCutLeavesNothingToCut(t *testing.T) {
	t.Parallel()
	const path = "../../internal/sandbox/openapi.json"
	got, err := cut([]byte(read(t, path)), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(read(t, path), string(got)); diff != "" {
		t.Errorf("%s is not as this command writes it (-file +cut):\n%s", path, diff)
	}
}

func TestCutNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	published := read(t, "testdata/published.json")
	for name, tc := range map[string]struct {
		id, old, replacement, want string
	}{
		"no JSON":               {"getThing", `{`, `<`, "invalid character"},
		"no such operation":     {"getNothing", ``, ``, "no operation getNothing"},
		"its other id":          {"getGroupThing", ``, ``, "no operation getGroupThing"},
		"a reference to a file": {"getThing", `#/components/headers/Limit`, `limit.json`, "limit.json does not lead to a component"},
		"a wrong reference":     {"getThing", `#/components/headers/Limit`, `#/components/headers/Limits`, "headers/Limits leads nowhere"},
		"a type without schema": {
			"getThing", `"Flat": "#/components/schemas/FlatThing"`, `"Flat": "#/components/schemas/Flat"`, "Flat leads nowhere",
		},
		"a field with two meanings": {
			"getThing", `"name": { "type": "string", "title": "Name" }`, `"name": { "type": "integer" }`, "name of the type Flat differs",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := cut([]byte(strings.Replace(published, tc.old, tc.replacement, 1)), []string{tc.id})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}
