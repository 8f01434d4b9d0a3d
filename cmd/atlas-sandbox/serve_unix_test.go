//go:build unix

package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// The help shows these commands. Run waits until the sandbox has exited too, because it shares the standard error.
func TestServeInTheBackgroundOfAScript(t *testing.T) {
	t.Parallel()
	const script = `
eval "$("$0" role:atlas-sandbox serve --data testdata/connections.json --sign-in access-token &)"
"$0" role:read
kill -INT "$ATLAS_SANDBOX_PID" # A shell has a command in the background ignore Ctrl-C.
"$0" role:read
"$0" role:environment
kill "$ATLAS_SANDBOX_PID"
`
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script, role(t, "read")[0]) //nolint:gosec // The test binary.
	cmd.Env = append(cmd.Environ(), "MONGODB_ATLAS_CLIENT_ID=of-the-shell", "MONGODB_ATLAS_CLIENT_SECRET=of-the-shell")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	if strings.Count(stdout.String(), "200\n") != 2 || strings.Contains(stdout.String(), "of-the-shell") {
		t.Errorf("got %s", &stdout)
	}
	if !strings.HasPrefix(stderr.String(), "Serving ") || !strings.Contains(stderr.String(), "\nTo stop it, run: kill ") {
		t.Errorf("got %s", &stderr)
	}
}
