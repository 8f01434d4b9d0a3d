//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// prepareSignals prepares a child to be started, and returns a function that forwards signals to it.
//
// In the foreground of a terminal, the child stays in the process group of this process: it can read from the terminal, and
// Ctrl-C reaches the complete group. If this process forwarded that SIGINT, Terraform would receive a second one and exit
// without cleaning up. Otherwise, the child gets its own process group, and signals are forwarded to all of it, as a terminal
// does, because a shell does not forward signals to its commands.
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

// inForeground reports whether this process is in the foreground of a terminal.
func inForeground() bool {
	terminal, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer func() { _ = terminal.Close() }()
	group, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return err == nil && group == syscall.Getpgrp()
}

// exitCode returns the exit code of a command. If a signal ended it, that is the code that shells return.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
