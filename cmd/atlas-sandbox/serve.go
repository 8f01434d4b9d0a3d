package main

import (
	"context"
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

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
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
output, so a shell can evaluate the script while the sandbox keeps running.

The credentials in the script are public: they are the same for everyone. Every
program and user of this machine can read the data.`,
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
			data, err := from.read(cmd)
			if err != nil {
				return err
			}
			listener, err := listen(cmd, new(net.ListenConfig).Listen, address, allowRemote)
			if err != nil {
				return err
			}
			var opts []sandbox.Option
			if !allowRemote {
				opts = append(opts, sandbox.OnlyLoopbackHosts())
			}
			served, stop, err := from.serve(data, listener, opts...)
			if err != nil {
				return err
			}
			defer stop()
			stopping, howToStop := stopSignals()
			ctx, cancel := signal.NotifyContext(cmd.Context(), stopping...)
			defer cancel()
			cmd.PrintErrf("Serving %s at %s: %s.\nIts credentials are public: they are the same for everyone.\n%s\n",
				from.dataName(), baseURL(listener), from.summary, howToStop)
			env := append(environment(baseURL(listener), from.credentials, sandbox.DefaultCredentials()),
				fmt.Sprintf("ATLAS_SANDBOX_PID=%d", os.Getpid()))
			if err := printScript(cmd.OutOrStdout(), shellCommands(env, os.Environ())); err != nil {
				return err
			}
			<-ctx.Done()
			stop()
			printClosing(cmd, served.Tally(), "received no requests. First look for an error of your command: it may have failed "+
				"before it read anything. Otherwise, its provider block may set base_url.")
			return nil
		},
	}
	from.addFlags(cmd)
	addHelpSection(cmd, faultHelp()+`

Other machines:
  With --allow-remote, the sandbox listens on any address, and answers requests for
  any host name. The provider sends plain HTTP only to its own machine, so this is
  for a container whose port you publish to this machine, for tools such as curl,
  and for a proxy that adds TLS. Everyone who can reach the sandbox can read the
  data.`)
	cmd.Flags().StringVarP(&address, "listen", "l", "127.0.0.1:0", "`address` to listen on; port 0 is any free port")
	cmd.Flags().BoolVar(&allowRemote, "allow-remote", false, "allow other machines to reach the sandbox, by any host name")
	return cmd
}

// printScript prints the script for a shell and closes the output, because a shell that evaluates the script waits for its end.
func printScript(out io.Writer, commands []string) error {
	if _, err := fmt.Fprintln(out, strings.Join(commands, "\n")); err != nil {
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

// How long a client can take to send a header, how long to send a header and a body, and how long it can keep a connection
// without a request. An answer can take longer than that, because of a fault.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 20 * time.Second
	idleTimeout   = 2 * time.Minute
)

// maxHeader is about the largest header of a request, in bytes. Those of clients of the API have less than a tenth of that.
const maxHeader = 64 << 10

// start serves until the function that it returns is called, which does not wait for requests to complete.
func start(handler http.Handler, listener net.Listener) (stop func()) {
	server := &http.Server{
		Handler: handler, MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
	}
	go func() { _ = server.Serve(listener) }() // It ends with http.ErrServerClosed.
	return func() { _ = server.Close() }
}

// listen listens on the address of --listen. Unless remote machines are allowed, that must be an address of the loopback
// interface, whatever its name is: a resolver can map localhost elsewhere.
func listen(
	cmd *cobra.Command, open func(ctx context.Context, network, address string) (net.Listener, error), address string, allowRemote bool,
) (net.Listener, error) {
	listener, err := open(cmd.Context(), "tcp", address)
	if wrong, ok := errors.AsType[*net.AddrError](err); ok {
		return nil, usageErrorf("--listen %s: %s; use 127.0.0.1:0 for any free port", address, wrong.Err)
	}
	if failed, ok := errors.AsType[*net.OpError](err); ok {
		return nil, fmt.Errorf("cannot listen on %s: %w; use --listen 127.0.0.1:0 for any free port", address, cause(failed))
	}
	if err != nil {
		return nil, err
	}
	if allowRemote {
		cmd.PrintErrf("Warning: everyone who can reach %s can read the data, because the sandbox's credentials are public.\n"+
			"The provider sends plain HTTP only to its own machine. From another one, use curl, or a proxy that adds TLS.\n", address)
		return listener, nil
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		_ = listener.Close()
		return nil, usageErrorf("--listen %s: other machines can reach this address; add --allow-remote to allow that", address)
	}
	return listener, nil
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
