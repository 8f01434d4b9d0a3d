//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// prepareSignals makes the child fit to be signalled, and returns what passes a signal on to it.
//
// In the foreground of a terminal, the child stays in the group of this process: it may read from the terminal, and
// the terminal itself interrupts the whole group. Interrupting it once more would be the second Ctrl-C, at which
// Terraform gives up without cleaning up. Elsewhere, the child gets a group of its own, and the whole group is
// signalled, as a terminal would: a shell would not pass a signal on to what it runs.
func prepareSignals(child *exec.Cmd) (forward func(os.Signal)) {
	ownGroup := !inForeground()
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: ownGroup}
	return func(s os.Signal) {
		number, ok := s.(syscall.Signal)
		if !ok {
			return
		}
		fromTerminal := number == syscall.SIGINT || number == syscall.SIGQUIT
		switch {
		case ownGroup:
			_ = syscall.Kill(-child.Process.Pid, number) // It may have ended.
		case fromTerminal && inForeground():
		default:
			_ = child.Process.Signal(number)
		}
	}
}

// inForeground tells whether this process is in the foreground of its terminal, if it has one.
func inForeground() bool {
	terminal, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer func() { _ = terminal.Close() }()
	group, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return err == nil && group == syscall.Getpgrp()
}

// signalCode is the exit code that a shell gives a command that a signal ended.
func signalCode(state *os.ProcessState) (code int, signalled bool) {
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return 0, false
	}
	return 128 + int(status.Signal()), true
}
