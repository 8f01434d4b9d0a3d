//go:build !unix

package main

import (
	"os/exec"
	"syscall"
	"testing"
)

// The end of a console reaches the command too, which then needs the time that Windows gives it.
func TestTheEndOfAConsoleLeavesTimeToTheCommand(t *testing.T) {
	t.Parallel()
	command := role(t, "signals")
	child := exec.CommandContext(t.Context(), command[0], command[1:]...) //nolint:gosec // The test binary.
	stdin, stdout := pipes(t, child)
	forward := prepareSignals(child)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line(t, stdout)
	forward(syscall.SIGTERM)
	_, _ = stdin.Write([]byte("\n"))
	if err := child.Wait(); err != nil {
		t.Errorf("the command did not end by itself: %v", err)
	}
}
