package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestExecPointsTheCommandToTheSandbox(t *testing.T) {
	t.Parallel()
	// Everything that could point the command elsewhere or sign it in, and variables that could not.
	parent := []string{"MONGODB_URI=kept", "TF_VAR_MONGODB_ATLAS_PROJECT_ID=kept"}
	for _, name := range []string{
		"MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET", "MONGODB_ATLAS_ACCESS_TOKEN",
		"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_KEY",
		"MONGODB_ATLAS_OPS_MANAGER_URL", "MONGODB_ATLAS_SERVICE", "MONGODB_ATLAS_PROJECT_ID", "MONGODB_ATLAS_OF_A_LATER_VERSION",
		"MCLI_OPS_MANAGER_URL", "MCLI_SERVICE", "MCLI_PUBLIC_API_KEY", "MCLI_PRIVATE_API_KEY", "MCLI_PROJECT_ID",
		"mongodb_atlas_access_token", "Mcli_Service", // On Windows, these are the same variables.
	} {
		parent = append(parent, name+"=of-the-parent")
	}
	cases := map[string][]string{
		"service-account": {"MONGODB_ATLAS_CLIENT_ID=mdb_sa_id_", "MONGODB_ATLAS_CLIENT_SECRET=mdb_sa_sk_"},
		"access-token":    {"MONGODB_ATLAS_ACCESS_TOKEN=sandbox."},
		"api-key":         {"MONGODB_ATLAS_PRIVATE_API_KEY=", "MONGODB_ATLAS_PUBLIC_API_KEY=sb"},
	}
	for credentials, want := range cases {
		t.Run(credentials, func(t *testing.T) {
			t.Parallel()
			cmd, stdout, stderr := process(t, parent, execArgs([]string{"--sign-in", credentials}, role(t, "environment"))...)
			if err := cmd.Run(); err != nil {
				t.Fatalf("%v: %s", err, stderr)
			}
			got := strings.Split(strings.TrimSpace(stdout.String()), "\n")
			wanted := []string{"MONGODB_ATLAS_BASE_URL=http://127.0.0.1:", "MONGODB_URI=kept", "TF_VAR_MONGODB_ATLAS_PROJECT_ID=kept"}
			for _, prefix := range append(wanted, want...) {
				if !strings.Contains(stdout.String(), prefix) {
					t.Errorf("%s is not set", prefix)
				}
			}
			if len(got) != len(want)+3 || strings.Contains(stdout.String(), "of-the-parent") {
				t.Errorf("the environment has more than one sign-in:\n%s", stdout)
			}
		})
	}
}

func TestExecUsesOtherCredentialsForEachRun(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, kind := range credentialKinds {
		for _, public := range environment("", kind, sandbox.DefaultCredentials()) {
			seen[public] = true
		}
	}
	for _, kind := range credentialKinds {
		for range 2 {
			_, stdout, _ := command(t, execArgs([]string{"--sign-in", kind}, role(t, "environment"))...)
			for entry := range strings.Lines(stdout) {
				if entry = strings.TrimSpace(entry); seen[entry] {
					t.Errorf("%s is not random", entry)
				}
				seen[entry] = true
			}
		}
	}
	if len(seen) < 5+10 {
		t.Errorf("the environments are incomplete: %v", seen)
	}
}

func TestExecRefusesCredentialsThatEveryoneKnows(t *testing.T) {
	t.Parallel()
	read := role(t, "read", connectionsURL, sandbox.DefaultCredentials().AccessToken)
	if _, stdout, stderr := command(t, execArgs(nil, read)...); !strings.HasPrefix(stdout, "401\n") {
		t.Errorf("got %q, %q", stdout, stderr)
	}
}

func TestExecServesTheData(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := command(t, execArgs([]string{"--sign-in", "access-token"}, role(t, "read"))...)
	if code != 0 || !strings.HasPrefix(stdout, "200\n") || !strings.Contains(stdout, "broker.example.com:9092") {
		t.Errorf("got %d, %q, %q", code, stdout, stderr)
	}
}

func TestExecAnswersOnlyLoopbackHosts(t *testing.T) {
	t.Parallel()
	args := execArgs([]string{"--sign-in", "access-token"}, role(t, "rebind"))
	if code, stdout, stderr := command(t, args...); code != 0 || !strings.HasPrefix(stdout, "421\n") {
		t.Errorf("got %d, %q, %q", code, stdout, stderr)
	}
}

func TestExecAppliesFaults(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		faults []string
		path   string
		status string
	}{
		"to every instance":               {[]string{"forbidden"}, connectionsURL, "401"},
		"to the instance read":            {[]string{"orders=unavailable"}, connectionsURL, "503"},
		"to another instance":             {[]string{"billing=unavailable"}, connectionsURL, "200"},
		"and the last one wins":           {[]string{"forbidden", "orders=rate-limited"}, connectionsURL, "429"},
		"whatever their pattern":          {[]string{"orders=rate-limited", "forbidden"}, connectionsURL, "401"},
		"to the list of instances":        {[]string{"unavailable"}, instancesURL, "503"},
		"to an instance, not to the list": {[]string{"orders=unavailable"}, instancesURL, "200"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flags := []string{"--sign-in", "access-token"}
			for _, fault := range tc.faults {
				flags = append(flags, "--fault", fault)
			}
			if _, stdout, _ := command(t, execArgs(flags, role(t, "read", tc.path))...); !strings.HasPrefix(stdout, tc.status+"\n") {
				t.Errorf("got %q, want %s", stdout, tc.status)
			}
		})
	}
}

func TestExecWritesTheRequests(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "requests.jsonl")
	code, stdout, stderr := command(t, execArgs([]string{"--sign-in", "access-token", "--requests", file}, role(t, "read"))...)
	if code != 0 {
		t.Fatalf("got %d, %q, %q", code, stdout, stderr)
	}
	written, err := os.ReadFile(file) //nolint:gosec // A file of this test.
	if err != nil {
		t.Fatal(err)
	}
	line := string(written)
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, `"path":"`+connectionsURL+`"`) || !strings.Contains(line, `"status":200`) {
		t.Errorf("wrote %q", line)
	}
	if strings.Contains(line, "sandbox.") || strings.Contains(line, "not.for.Atlas") {
		t.Errorf("wrote the access token: %s", line)
	}
	unwritable := filepath.Join(t.TempDir(), "missing", "requests.jsonl")
	if code, _, stderr := command(t, execArgs([]string{"--requests", unwritable}, role(t, "read"))...); code != 1 || stderr == "" {
		t.Errorf("with a file that cannot be written: got %d, %q", code, stderr)
	}
}

func TestRequestsDoNotReplaceAnything(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	err := errors.Join(os.WriteFile(in("file"), []byte("precious"), 0o600), os.Symlink(in("file"), in("link")),
		os.Symlink(in("missing"), in("dangling link")), os.Mkdir(in("folder"), 0o700))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file", "link", "dangling link", "folder"} {
		code, stdout, stderr := command(t, execArgs([]string{"--requests", in(name)}, role(t, "read"))...)
		want := "atlas-sandbox: --requests " + in(name) + ": the file exists; delete it, or name another\n"
		if code != 2 || stdout != "" || !strings.HasPrefix(stderr, want) {
			t.Errorf("%s: got %d, %q, %q", name, code, stdout, stderr)
		}
	}
	if got, err := os.ReadFile(in("file")); err != nil || string(got) != "precious" {
		t.Errorf("the file contains %q (%v)", got, err)
	}
	if _, err := os.Stat(in("missing")); err == nil {
		t.Error("the log followed a dangling link")
	}
}

// A second attempt would fail because of it.
func TestACommandThatCannotStartLeavesNoRequests(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "requests.jsonl")
	code, _, _ := command(t, execArgs([]string{"--requests", file}, []string{"atlas-sandbox-no-such-command"})...)
	if _, err := os.Stat(file); code != 127 || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %d, %v", code, err)
	}
}

func TestExecIsTransparent(t *testing.T) {
	t.Parallel()
	cmd, stdout, stderr := process(t, nil, execArgs(nil, role(t, "copy"))...)
	cmd.Stdin = strings.NewReader("through and through")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	written, _, _ := strings.Cut(stderr.String(), "atlas-sandbox: ")
	if diff := cmp.Diff([]string{"through and through", "copied"}, []string{stdout.String(), written}); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestExecLeavesTheFlagsOfTheCommandToIt(t *testing.T) {
	t.Parallel()
	args := append([]string{"exec", "--data", dataFile}, role(t, "exit", "3", "--data", "--nope")...)
	if code, _, stderr := command(t, args...); code != 3 || stderr != sentNothing {
		t.Errorf("got %d, %q", code, stderr)
	}
}

func TestExecReturnsTheExitCode(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		command []string
		code    int
		says    string
	}{
		"success":         {role(t, "exit", "0"), 0, sentNothing},
		"failure":         {role(t, "exit", "7"), 7, sentNothing},
		"no such command": {[]string{"atlas-sandbox-no-such-command"}, 127, "atlas-sandbox: "},
		"no such file":    {[]string{filepath.Join(t.TempDir(), "missing")}, 127, "atlas-sandbox: "},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, _, stderr := process(t, nil, execArgs(nil, tc.command)...)
			err := cmd.Run()
			if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
				t.Fatal(err)
			}
			says := stderr.String()
			if got := cmd.ProcessState.ExitCode(); got != tc.code || !strings.HasPrefix(says, tc.says) || strings.Count(says, "\n") != 1 {
				t.Errorf("got %d, want %d, with %q", got, tc.code, stderr)
			}
		})
	}
}
