//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// prepareSignals returns a function that forwards nothing. On Windows, Ctrl-C, Ctrl-Break, and the end of the console, of the
// session, or of Windows are events that reach each process of the console. This process only waits for the child, which cleans up
// until it exits or until Windows ends it.
func prepareSignals(*exec.Cmd) (forward func(os.Signal)) { return func(os.Signal) {} }

func exitCode(state *os.ProcessState) int { return state.ExitCode() }
