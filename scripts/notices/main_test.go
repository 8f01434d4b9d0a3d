package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNoticesHaveEachLicenseOnce(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"a/License.md": "MIT\n", "a/nested/COPYING": "Zlib", "b/LICENCE": "MIT", "b/NOTICE.txt": "By B.",
		"b/license.go": "package b", "b/README": "B",
	} {
		write := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(write), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(write, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	module := func(name string) *goModule { return &goModule{Path: name, Dir: filepath.Join(root, name)} }
	var got strings.Builder
	err := write(&got, []goPackage{
		{Dir: filepath.Join(root, "a"), Module: module("a")},
		{Dir: filepath.Join(root, "a", "nested"), Module: module("a")},
		{Dir: filepath.Join(root, "b"), Module: module("b")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a\n\nZlib\n", "a\nb\n\nMIT\n", "b\n\nBy B.\n"}
	if diff := cmp.Diff(want, strings.Split(got.String(), line)[1:]); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

func TestModuleWithoutALicenseIsAnError(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	err := write(&strings.Builder{}, []goPackage{{Dir: folder, Module: &goModule{Path: "a", Dir: folder}}})
	if err == nil || err.Error() != "a has no license" {
		t.Errorf("%v, want an error that names the module", err)
	}
}
