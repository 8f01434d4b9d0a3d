package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

func newServeCommand() *cobra.Command {
	var from source
	var address string
	var allowRemote bool
	cmd := &cobra.Command{
		Use:        "serve --data FILE [flags]",
		SuggestFor: []string{"start", "listen"},
		Short:      "Serve a data file until you stop it",
		Long: `Serve a data file until you press Ctrl-C.

atlas-sandbox prints a shell script that points the provider to the sandbox and
sets ATLAS_SANDBOX_PID. When the sandbox is ready for requests, it closes standard
output, so a shell can evaluate the script while the sandbox keeps running.`,
		Example: `  # In a terminal of its own
  atlas-sandbox serve --data connections.json --listen 127.0.0.1:8080

  # In the background of a script
  eval "$(atlas-sandbox serve --data connections.json &)"
  terraform plan
  kill "$ATLAS_SANDBOX_PID"

  # With a fault, and a log of the requests
  atlas-sandbox serve --data connections.json --fault webshop=moving --requests requests.jsonl`,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			served, log, err := from.open(cmd)
			if err != nil {
				return err
			}
			defer func() { _ = log.Close() }()
			listener, err := listen(cmd, address, allowRemote)
			if err != nil {
				return err
			}
			stop := start(served, listener)
			defer stop()
			stopping, howToStop := stopSignals()
			ctx, cancel := signal.NotifyContext(cmd.Context(), stopping...)
			defer cancel()
			cmd.PrintErrf("Serving %s at %s: %s.\n%s\n", from.dataName(), baseURL(listener), from.summary, howToStop)
			env := append(environment(baseURL(listener), from.credentials), fmt.Sprintf("ATLAS_SANDBOX_PID=%d", os.Getpid()))
			if err := printScript(cmd.OutOrStdout(), env); err != nil {
				return err
			}
			<-ctx.Done()
			return nil
		},
	}
	from.addFlags(cmd)
	cmd.Flags().StringVarP(&address, "listen", "l", "127.0.0.1:0", "`address` to listen on; port 0 is any free port")
	cmd.Flags().BoolVar(&allowRemote, "allow-remote", false, "listen even if other machines can reach the address")
	return cmd
}

// printScript prints the script for a shell and closes the output, because a shell that evaluates the script waits for its end.
func printScript(out io.Writer, env []string) error {
	if _, err := fmt.Fprintln(out, strings.Join(shellCommands(env), "\n")); err != nil {
		return err
	}
	if closer, ok := out.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// stopSignals returns the signals that stop the sandbox, and a sentence about them for the user. If a shell runs the sandbox in
// the background, the sandbox must ignore Ctrl-C, which is then for another process.
func stopSignals() (signals []os.Signal, help string) {
	if signal.Ignored(os.Interrupt) {
		return []os.Signal{syscall.SIGTERM}, fmt.Sprintf("To stop it, run: kill %d", os.Getpid())
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM}, "Press Ctrl-C to stop."
}

// start serves until the function that it returns is called, which does not wait for requests to complete.
func start(handler http.Handler, listener net.Listener) (stop func()) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // It ends with http.ErrServerClosed.
	return func() { _ = server.Close() }
}

// listen listens on the address of --listen, which must be one of the loopback interface unless remote machines are allowed.
func listen(cmd *cobra.Command, address string, allowRemote bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && host != "localhost" && !ip.IsLoopback() {
		if !allowRemote {
			return nil, usageErrorf("--listen %s: other machines can reach this address; add --allow-remote to allow that", address)
		}
		cmd.PrintErrf("Warning: everyone who can reach %s can read the data, because the sandbox's credentials are public.\n", address)
	}
	listener, err := new(net.ListenConfig).Listen(cmd.Context(), "tcp", address)
	if wrong, ok := errors.AsType[*net.AddrError](err); ok {
		return nil, usageErrorf("--listen %s: %s; use 127.0.0.1:0 for any free port", address, wrong.Err)
	}
	if failed, ok := errors.AsType[*net.OpError](err); ok {
		return nil, fmt.Errorf("cannot listen on %s: %w; use --listen 127.0.0.1:0 for any free port", address, cause(failed))
	}
	return listener, err
}

// cause returns the error of the operating system, without the names of system calls.
func cause(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

// baseURL returns the URL at which this machine reaches the listener.
func baseURL(listener net.Listener) string {
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return "http://" + listener.Addr().String()
	}
	host := address.IP
	if host.IsUnspecified() {
		host = net.IPv4(127, 0, 0, 1)
	}
	return fmt.Sprintf("http://%s", net.JoinHostPort(host.String(), fmt.Sprint(address.Port)))
}
