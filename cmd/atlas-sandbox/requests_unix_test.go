//go:build unix

package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOnlyTheOwnerCanReadTheRequests(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "requests.jsonl")
	command(t, execArgs([]string{"--requests", file}, role(t, "read"))...)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info, err)
	}
}
