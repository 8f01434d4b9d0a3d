package main

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func newExecCommand() *cobra.Command {
	var from source
	cmd := &cobra.Command{
		Use:        "exec --data FILE [flags] -- COMMAND [ARGUMENT...]",
		SuggestFor: []string{"run", "test"},
		Short:      "Run a command against a sandbox",
		Long: `Run a command against a sandbox that serves a data file on a free port of this
machine until the command ends.

The environment of the command contains MONGODB_ATLAS_BASE_URL and credentials of
the kind that --sign-in selects. They are random, and valid only for this run. No
other variable whose name starts with MONGODB_ATLAS_ or MCLI_ is set. When the
command ends, atlas-sandbox prints what it served.`,
		Example: `  atlas-sandbox exec --data connections.json -- terraform test

  # With other credentials, or a fault
  atlas-sandbox exec --data connections.json --sign-in api-key -- tofu plan
  atlas-sandbox exec --data connections.json --fault webshop=moving -- terraform plan

  # More than one command
  atlas-sandbox exec --data connections.json -- sh -c 'terraform init && terraform plan'`,
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageErrorf("the command to run is missing: add it after --")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := from.read(cmd)
			if err != nil {
				return err
			}
			listener, err := new(net.ListenConfig).Listen(cmd.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			credentials := sandbox.RandomCredentials()
			served, stop, err := from.serve(data, listener, sandbox.WithCredentials(credentials), sandbox.OnlyLoopbackHosts())
			if err != nil {
				return err
			}
			defer stop()
			env := append(withoutAtlas(os.Environ()), environment(baseURL(listener), from.credentials, credentials)...)
			started, err := runChild(cmd, args, env)
			stop()
			if !started {
				from.removeLog() // A second attempt must not fail because of it.
				return err
			}
			printClosing(cmd, served.Tally(), "the command sent no requests. First look for an error above: the command may have "+
				"failed before it read anything. Otherwise, its provider block may set base_url.")
			return err
		},
	}
	from.addFlags(cmd)
	addHelpSection(cmd, faultHelp()+`

Signals and exit codes:
  SIGINT, SIGTERM, SIGHUP, and SIGQUIT are forwarded to the command. Processes that
  it leaves in the background keep running. atlas-sandbox exits with the exit code
  of the command, with 128 plus the number of the signal that ended it, with 127 if
  the command does not exist, or with 126 if it cannot be run.`)
	cmd.Flags().SetInterspersed(false) // The flags that follow the command belong to it.
	return cmd
}

// runChild runs a command until it ends, and reports whether it started. The error contains its exit code, or that of shells if it
// cannot be run.
func runChild(cmd *cobra.Command, args, env []string) (started bool, err error) {
	child := exec.CommandContext(cmd.Context(), args[0], args[1:]...) //nolint:gosec // The purpose of exec.
	child.Env = env
	child.Stdin, child.Stdout, child.Stderr = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	// Output that is not a file is copied. A process that the child leaves in the background must not delay the end.
	child.WaitDelay = time.Second
	forward := prepareSignals(child)

	signals := make(chan os.Signal, 16)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer signal.Stop(signals)
	if err := child.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
			return false, &exitError{err, 127}
		}
		return false, &exitError{err, 126}
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	for {
		select {
		case s := <-signals:
			forward(s)
		case err := <-ended:
			if code := exitCode(child.ProcessState); code != 0 {
				return true, &exitError{code: code}
			}
			if errors.Is(err, exec.ErrWaitDelay) {
				return true, nil
			}
			return true, err
		}
	}
}
