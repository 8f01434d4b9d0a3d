//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// prepareSignals returns a function that forwards signals to the child. The console itself interrupts the child, so only
// a signal to terminate is forwarded.
func prepareSignals(child *exec.Cmd) (forward func(os.Signal)) {
	return func(s os.Signal) {
		if s != os.Interrupt {
			_ = child.Process.Kill() // It may have ended.
		}
	}
}

func exitCode(state *os.ProcessState) int { return state.ExitCode() }
