//go:build unix

package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
)

func TestExecForwardsSignals(t *testing.T) {
	t.Parallel()
	inShell := func(command []string) []string {
		return []string{"sh", "-c", `trap "" HUP INT QUIT TERM; "$0" "$1"; exit $?`, command[0], command[1]}
	}
	for name, command := range map[string][]string{
		"to the command":              role(t, "signals"),
		"to what the command has run": inShell(role(t, "signals")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, _, stderr := process(t, nil, execArgs(nil, command)...)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // without a terminal, as in a pipeline
			stdin, stdout := pipes(t, cmd)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			got := []string{line(t, stdout)}
			for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
				if err := cmd.Process.Signal(s); err != nil {
					t.Fatal(err)
				}
				got = append(got, line(t, stdout))
			}
			if diff := cmp.Diff([]string{"ready", "interrupt", "terminated", "hangup", "quit"}, got); diff != "" {
				t.Errorf("signals (-want +got):\n%s", diff)
			}
			_, _ = stdin.Write([]byte("\n"))
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != 4 {
				t.Errorf("got %d, %s: the command counted that many signals", code, stderr)
			}
		})
	}
}

func TestExecExitsLikeAShellAfterASignal(t *testing.T) {
	t.Parallel()
	cmd, _, stderr := process(t, nil, execArgs(nil, []string{"sh", "-c", "kill -KILL $$"})...)
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); !ok || cmd.ProcessState.ExitCode() != 128+9 || stderr.String() != sentNothing {
		t.Errorf("got %v, %q", err, stderr)
	}
}

// A reader such as head can leave before the closing line.
func TestExecReturnsTheExitCodeEvenIfNobodyReadsTheClosingLine(t *testing.T) {
	t.Parallel()
	cmd, _, _ := process(t, nil, execArgs(nil, []string{"sh", "-c", "read line; exit 3"})...)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr, cmd.Stdin = write, strings.NewReader("go\n")
	if err := errors.Join(read.Close(), cmd.Start(), write.Close()); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 3 {
		t.Errorf("got %d: %s", code, cmd.ProcessState)
	}
}

func TestExecReportsAFileThatIsNotAProgram(t *testing.T) {
	t.Parallel()
	plain := filepath.Join(t.TempDir(), "plain.txt")
	if err := os.WriteFile(plain, []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := command(t, execArgs(nil, []string{plain})...); code != 126 || !strings.Contains(stderr, plain) {
		t.Errorf("got %d, %q", code, stderr)
	}
}

// At a terminal, Ctrl-C reaches every process in the foreground. The command must not receive it twice.
func TestCtrlCReachesTheCommandOnce(t *testing.T) {
	t.Parallel()
	cmd, _, _ := process(t, nil, execArgs(nil, role(t, "signals"))...)
	cmd.Stdout, cmd.Stderr = nil, nil
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = terminal.Close() }()
	stdout := bufio.NewReader(terminal)
	until := func(want string) {
		for got := ""; !strings.HasSuffix(got, want); { // The terminal echoes the input.
			got = line(t, stdout)
		}
	}
	until("ready")
	for range 3 {
		_, _ = terminal.Write([]byte{3})
		until("interrupt")
	}
	_, _ = terminal.Write([]byte("\n"))
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 3 {
		t.Errorf("three times Ctrl-C reached the command %d times", code)
	}
}
