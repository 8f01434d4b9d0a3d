package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// The exit codes that shells give a command that cannot be run, or is not found.
const (
	exitCannotRun = 126
	exitNotFound  = 127
)

func newExecCommand() *cobra.Command {
	var from source
	cmd := &cobra.Command{
		Use:   "exec --data FILE [flags] -- COMMAND [ARGUMENT...]",
		Short: "Run a command with a sandbox to talk to",
		Long: `Run a command with a sandbox to talk to, on a free port of this machine, for as
long as the command runs. The command finds the sandbox by MONGODB_ATLAS_BASE_URL
and the variables of the chosen sign-in; other credentials for Atlas are taken
out of its environment. Interrupt, terminate, hangup and quit are passed on to it.
Processes that it leaves in the background are its own: they are not ended. Its
exit code is that of atlas-sandbox: 128 and the signal's number if a signal ended
it, 127 if there is no such command, 126 if it cannot be run.`,
		Example: `  atlas-sandbox exec --data connections.json -- terraform test
  atlas-sandbox exec --data connections.json --sign-in api-key -- tofu plan
  atlas-sandbox exec --data connections.json --fault webshop=moving -- sh -c 'terraform init && terraform plan'`,
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageErrorf("the command to run is missing")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			served, log, err := from.open(cmd)
			if err != nil {
				return err
			}
			defer func() { _ = log.Close() }()
			listener, err := sandbox.Listen(cmd.Context(), "127.0.0.1:0")
			if err != nil {
				return err
			}
			stop := start(served, listener)
			defer stop()
			return runChild(cmd, args, append(withoutAtlas(os.Environ()), environment(baseURL(listener), from.signIn)...))
		},
	}
	from.addFlags(cmd)
	cmd.Flags().SetInterspersed(false) // What follows the command is the command's.
	return cmd
}

// runChild runs a command to its end. Its error holds the exit code.
func runChild(cmd *cobra.Command, args, env []string) error {
	child := exec.CommandContext(cmd.Context(), args[0], args[1:]...) //nolint:gosec // Running what it is told to is its purpose.
	child.Env = env
	child.Stdin, child.Stdout, child.Stderr = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	// Output that is not a file is copied; a process that the child leaves behind must not keep that going.
	child.WaitDelay = time.Second
	forward := prepareSignals(child)

	signals := make(chan os.Signal, 16)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer signal.Stop(signals)
	if err := child.Start(); err != nil {
		return startError(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	for {
		select {
		case s := <-signals:
			forward(s)
		case err := <-ended:
			return exitOf(child, err)
		}
	}
}

func startError(err error) error {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return &exitError{code: exitNotFound, err: err}
	}
	return &exitError{code: exitCannotRun, err: err}
}

func exitOf(child *exec.Cmd, err error) error {
	if code, signalled := signalCode(child.ProcessState); signalled {
		return &exitError{code: code}
	}
	if code := child.ProcessState.ExitCode(); code != 0 {
		return &exitError{code: code}
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return err
}
