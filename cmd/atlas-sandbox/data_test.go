package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, name, document string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMistakesAreFoundBeforeServing(t *testing.T) {
	t.Parallel()
	const document = `{
  "projects": {"5f0123456789abcdef012345": {"instances": {"orders": {"results": [
    {"name": "a", "type": "Kafka", "bootstrapServers": ["a:9092"]}
  ]}}}},
  "projcts": {}
}`
	file := write(t, "data.json", document)
	const servers = "/projects/5f0123456789abcdef012345/instances/orders/results/0/bootstrapServers"
	want := "atlas-sandbox: cannot serve " + file + "\n" +
		file + ":3:36: " + servers + ": must be a string, not an array\n" +
		file + ":5:3: /projcts: unknown field; did you mean \"projects\"?\n"
	for _, args := range [][]string{
		{"serve", "--data", file},
		append([]string{"exec", "--data", file, "--"}, role(t, "exit", "0")...),
	} {
		code, stdout, stderr := command(t, args...)
		if diff := cmp.Diff(want, stderr); code != 1 || stdout != "" || diff != "" {
			t.Errorf("%s: got %d, %q (-want +got):\n%s", args[0], code, stdout, diff)
		}
	}
	missing := filepath.Join(t.TempDir(), "missing.json")
	if code, _, stderr := command(t, "serve", "--data", missing); code != 1 || !strings.Contains(stderr, missing) {
		t.Errorf("without the file: got %d, %q", code, stderr)
	}
}

func TestServesInSpiteOfWarnings(t *testing.T) {
	t.Parallel()
	file := write(t, "data.json", `{"projects": {"5f0123456789abcdef012345": {"instances": {"orders": {"results": [
    {"name": "a", "type": "kafka", "bootstrapServer": "a:9092"}
  ]}}}}}`)
	const at = "/projects/5f0123456789abcdef012345/instances/orders/results/0"
	want := file + ":2:19: warning: " + at + "/type: unknown type \"kafka\"; did you mean \"Kafka\"?\n" +
		file + ":2:36: warning: " + at + "/bootstrapServer: unknown field; did you mean \"bootstrapServers\"?\n" +
		"atlas-sandbox: served 1 list; refused nothing.\n"
	args := append([]string{"exec", "--data", file, "--sign-in", "access-token", "--"}, role(t, "read")...)
	code, stdout, stderr := command(t, args...)
	if diff := cmp.Diff(want, stderr); code != 0 || !strings.Contains(stdout, `"bootstrapServer":"a:9092"`) || diff != "" {
		t.Errorf("got %d, %q (-want +got):\n%s", code, stdout, diff)
	}
}

func TestWarningsFollowTheMistakes(t *testing.T) {
	t.Parallel()
	file := write(t, "data.json", `{"projects": {"5f0123456789abcdef012345": {"instances": {"orders": {"results": [
    {"name": "a", "type": "Https", "authentication": "NONE", "url": 5}
  ]}}}}}`)
	const at = "/projects/5f0123456789abcdef012345/instances/orders/results/0"
	want := "atlas-sandbox: cannot serve " + file + "\n" +
		file + ":2:62: " + at + "/url: must be a string, not a number\n" +
		file + ":2:36: warning: " + at + "/authentication: unknown field, served unchanged\n"
	code, stdout, stderr := command(t, "serve", "--data", file)
	if diff := cmp.Diff(want, stderr); code != 1 || stdout != "" || diff != "" {
		t.Errorf("got %d, %q (-want +got):\n%s", code, stdout, diff)
	}
}

func TestABareListingSaysHowToWrapIt(t *testing.T) {
	const linked = `{"links":[{"href":"https://cloud.mongodb.com/api/atlas/v2/groups/6650a4c1e8b7f3129d04c5a7/streams/webshop/connections` +
		`?includeCount=true&itemsPerPage=500&pageNum=1","rel":"self"}],"results":[],"totalCount":0}`
	cases := map[string]struct {
		name, document string
		want           string
	}{
		"with links": {"listing.json", linked,
			`jq '{projects: {"6650a4c1e8b7f3129d04c5a7": {instances: {"webshop": .}}}}' listing.json > connections.json`},
		"without": {"listing.json", `{"results":[]}`,
			`jq '{projects: {"<project id>": {instances: {"<instance name>": .}}}}' listing.json > connections.json`},
		"of its own name": {"connections.json", `{"totalCount":0}`,
			`jq '{projects: {"<project id>": {instances: {"<instance name>": .}}}}' connections.json > data.json`},
		"of a name with a space and a quote": {"it's saved.json", `{"results":[]}`,
			`jq '{projects: {"<project id>": {instances: {"<instance name>": .}}}}' 'it'\''s saved.json' > connections.json`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			// The path of the folder may need quotes too.
			t.Chdir(filepath.Dir(write(t, tc.name, tc.document)))
			if code, _, stderr := command(t, "serve", "--data", tc.name); code != 1 || !strings.Contains(stderr, "\n  "+tc.want+"\n") {
				t.Errorf("got %d, %q, want %q", code, stderr, tc.want)
			}
		})
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
		"data":      {string(data), 0, "200\n", "atlas-sandbox: served 1 list; refused nothing.\n"},
		"a mistake": {"{", 1, "", "atlas-sandbox: cannot serve <stdin>\n<stdin>:1:2: unexpected end of file\n"},
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

func TestDataInAnotherEncoding(t *testing.T) {
	t.Parallel()
	const text = `{"projects":{}}`
	encode := func(order binary.AppendByteOrder) string {
		encoded := order.AppendUint16(nil, 0xfeff)
		for _, unit := range utf16.Encode([]rune(text)) {
			encoded = order.AppendUint16(encoded, unit)
		}
		return string(encoded)
	}
	const refused = "atlas-sandbox: cannot serve FILE\nFILE:1:1: the text is UTF-16; save it as UTF-8\n"
	for name, tc := range map[string]struct {
		document string
		code     int
		stderr   string
	}{
		"as Windows PowerShell writes it":   {encode(binary.LittleEndian), 1, refused},
		"in the other order":                {encode(binary.BigEndian), 1, refused},
		"in UTF-8 with a mark at the start": {"\ufeff" + text, 0, sentNothing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := write(t, "data.json", tc.document)
			code, _, stderr := command(t, append([]string{"exec", "--data", file, "--"}, role(t, "exit", "0")...)...)
			if want := strings.ReplaceAll(tc.stderr, "FILE", file); code != tc.code || stderr != want {
				t.Errorf("got %d, %q, want %q", code, stderr, want)
			}
		})
	}
}

func TestWarnsOfIncompleteListings(t *testing.T) {
	t.Parallel()
	const document = `{"projects": {"5f0123456789abcdef012345": {"instances": {
		"whole":     {"results": [{"name": "a", "type": "Sample"}], "totalCount": 1},
		"uncounted": {"results": []},
		"second":    {"results": [], "totalCount": 2},
		"first":     {"results": [{"name": "a", "type": "Sample"}], "totalCount": 612}
	}}}}`
	file := write(t, "data.json", document)
	code, _, stderr := command(t, append([]string{"exec", "--data", file, "--"}, role(t, "exit", "0")...)...)
	const line = "%s:%d:%d: warning: /projects/5f0123456789abcdef012345/instances/%s/totalCount: " +
		"the listing contains only %d of %d connections\n"
	want := fmt.Sprintf(line, file, 4, 32, "second", 0, 2) + fmt.Sprintf(line, file, 5, 63, "first", 1, 612) + sentNothing
	if code != 0 || stderr != want {
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
		if code != 2 || !strings.Contains(stderr, "--requests "+requests+": the file exists; delete it, or name another") {
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
