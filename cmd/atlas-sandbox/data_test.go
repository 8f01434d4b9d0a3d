package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMistakesOfTheDataFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "data.json")
	if err := os.WriteFile(file, []byte("{\n  \"projects\": {\"x\": {\"instances\": {}}},\n  \"projcts\": {}\n}"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command(t, "serve", "--data", file)
	want := "atlas-sandbox: " + file + " is not as it should be:\n" + file + ":3:3: /projcts: the field is not known\n"
	if code != 1 || stdout != "" || stderr != want {
		t.Errorf("got %d, %q, %q, want %q", code, stdout, stderr, want)
	}
	missing := filepath.Join(t.TempDir(), "missing.json")
	if code, _, stderr := command(t, "serve", "--data", missing); code != 1 || !strings.Contains(stderr, missing) {
		t.Errorf("without the file: got %d, %q", code, stderr)
	}
}

func TestDataFromStandardInput(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(dataFile)
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"exec", "--data", "-", "--sign-in", "access-token", "--"}, role(t, "read")...)
	cases := map[string]struct {
		stdin          string
		code           int
		stdout, stderr string
	}{
		"data":      {string(data), 0, "200\n", ""},
		"a mistake": {"{", 1, "", "atlas-sandbox: <stdin> is not as it should be:\n<stdin>:1:2: /: unexpected EOF\n"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), args, strings.NewReader(tc.stdin), &stdout, &stderr)
			if code != tc.code || !strings.HasPrefix(stdout.String(), tc.stdout) || stderr.String() != tc.stderr {
				t.Errorf("got %d, %q, %q", code, &stdout, &stderr)
			}
		})
	}
}

func TestWarnsOfListingsThatWereCut(t *testing.T) {
	t.Parallel()
	const document = `{"projects": {"5f0123456789abcdef012345": {"instances": {
		"whole":     {"results": [{"name": "a", "type": "Sample"}], "totalCount": 1},
		"uncounted": {"results": []},
		"second":    {"results": [], "totalCount": 2},
		"first":     {"results": [{"name": "a", "type": "Sample"}], "totalCount": 612}
	}}}}`
	file := filepath.Join(t.TempDir(), "data.json")
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := command(t, append([]string{"exec", "--data", file, "--"}, role(t, "exit", "0")...)...)
	line := "Warning: %s: the listing of %s in project 5f0123456789abcdef012345 was cut: it has %d of %d connections.\n"
	if want := fmt.Sprintf(line+line, file, "first", 1, 612, file, "second", 0, 2); code != 0 || stderr != want {
		t.Errorf("got %d, %q, want %q", code, stderr, want)
	}
}

func TestRequestsDoNotOverwriteTheData(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	data, link, sym := filepath.Join(folder, "data.json"), filepath.Join(folder, "link.json"), filepath.Join(folder, "symlink.json")
	content := []byte(`{"projects":{}}`)
	if err := errors.Join(os.WriteFile(data, content, 0o600), os.Link(data, link), os.Symlink(data, sym)); err != nil {
		t.Fatal(err)
	}
	for _, requests := range []string{data, link, sym} {
		code, _, stderr := command(t, append([]string{"exec", "--data", data, "--requests", requests, "--"}, role(t, "exit", "0")...)...)
		if code != 2 || !strings.Contains(stderr, "--requests "+requests+" is the file of --data") {
			t.Errorf("got %d, %q", code, stderr)
		}
		if got, err := os.ReadFile(data); err != nil || string(got) != string(content) { //nolint:gosec // A file of this test.
			t.Fatalf("%s left %q in the data file (%v)", requests, got, err)
		}
	}
	cmd, _, stderr := process(t, nil, append([]string{"exec", "--data", "-", "--requests", data, "--"}, role(t, "exit", "0")...)...)
	stdin, err := os.Open(data) //nolint:gosec // A file of this test.
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stdin.Close() }()
	cmd.Stdin = stdin
	if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != 2 {
		t.Errorf("on standard input: got %v, %q", err, stderr)
	}
}
