package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExecPointsTheCommandToTheSandbox(t *testing.T) {
	t.Parallel()
	// Everything that could point the command to Atlas, and a variable that could not.
	parent := []string{"MONGODB_ATLAS_PROJECT_ID=kept"}
	for _, name := range []string{
		"MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET", "MONGODB_ATLAS_ACCESS_TOKEN",
		"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_KEY",
		"MCLI_OPS_MANAGER_URL", "MCLI_PUBLIC_API_KEY", "MCLI_PRIVATE_API_KEY",
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
			if err := cmd.Run(); err != nil || stderr.Len() > 0 {
				t.Fatalf("%v: %s", err, stderr)
			}
			got := strings.Split(strings.TrimSpace(stdout.String()), "\n")
			wanted := []string{"MONGODB_ATLAS_BASE_URL=http://127.0.0.1:", "MONGODB_ATLAS_PROJECT_ID=kept"}
			for _, prefix := range append(wanted, want...) {
				if !strings.Contains(stdout.String(), prefix) {
					t.Errorf("%s is not set", prefix)
				}
			}
			if len(got) != len(want)+2 || strings.Contains(stdout.String(), "of-the-parent") {
				t.Errorf("the environment has more than one sign-in:\n%s", stdout)
			}
		})
	}
}

func TestExecServesTheData(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := command(t, execArgs([]string{"--sign-in", "access-token"}, role(t, "read"))...)
	if code != 0 || stderr != "" || !strings.HasPrefix(stdout, "200\n") || !strings.Contains(stdout, "broker.example.com:9092") {
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
	for _, secret := range environment("", accessToken) {
		if _, value, _ := strings.Cut(secret, "="); value != "" && strings.Contains(line, value) {
			t.Errorf("wrote the secret %s: %s", secret, line)
		}
	}
	unwritable := filepath.Join(t.TempDir(), "missing", "requests.jsonl")
	if code, _, stderr := command(t, execArgs([]string{"--requests", unwritable}, role(t, "read"))...); code != 1 || stderr == "" {
		t.Errorf("with a file that cannot be written: got %d, %q", code, stderr)
	}
}

func TestExecIsTransparent(t *testing.T) {
	t.Parallel()
	cmd, stdout, stderr := process(t, nil, execArgs(nil, role(t, "copy"))...)
	cmd.Stdin = strings.NewReader("through and through")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"through and through", "copied"}, []string{stdout.String(), stderr.String()}); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestExecLeavesTheFlagsOfTheCommandToIt(t *testing.T) {
	t.Parallel()
	args := append([]string{"exec", "--data", dataFile}, role(t, "exit", "3", "--data", "--nope")...)
	if code, _, stderr := command(t, args...); code != 3 || stderr != "" {
		t.Errorf("got %d, %q", code, stderr)
	}
}

func TestExecReturnsTheExitCode(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		command []string
		code    int
		says    bool
	}{
		"success":         {role(t, "exit", "0"), 0, false},
		"failure":         {role(t, "exit", "7"), 7, false},
		"no such command": {[]string{"atlas-sandbox-no-such-command"}, 127, true},
		"no such file":    {[]string{filepath.Join(t.TempDir(), "missing")}, 127, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, _, stderr := process(t, nil, execArgs(nil, tc.command)...)
			err := cmd.Run()
			if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != tc.code || (stderr.Len() > 0) != tc.says {
				t.Errorf("got %d, want %d, with %q", got, tc.code, stderr)
			}
		})
	}
}
