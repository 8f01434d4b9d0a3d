//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// prepareSignals returns what passes a signal on to the child. The console interrupts the child by itself, and there is
// no other signal to pass on than the one that ends it.
func prepareSignals(child *exec.Cmd) (forward func(os.Signal)) {
	return func(s os.Signal) {
		if s != os.Interrupt {
			_ = child.Process.Kill() // It may have ended.
		}
	}
}

func signalCode(*os.ProcessState) (code int, signalled bool) { return 0, false }
