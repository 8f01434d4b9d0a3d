package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
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
		Use:   "serve --data FILE [flags]",
		Short: "Serve a data file until interrupted",
		Long: `Serve a data file until interrupted. The environment that leads a provider to
the sandbox is printed first, as commands of a shell.`,
		Example: `  atlas-sandbox serve --data connections.json
  atlas-sandbox serve --data connections.json --listen 127.0.0.1:8080 --fault rate-limited
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
			for _, variable := range environment(baseURL(listener), from.signIn) {
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), "export "+variable); err != nil {
					return err
				}
			}
			ctx, cancel := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer cancel()
			<-ctx.Done()
			return nil
		},
	}
	from.addFlags(cmd)
	cmd.Flags().StringVarP(&address, "listen", "l", "127.0.0.1:0", "`address` to listen on; port 0 takes a free one")
	cmd.Flags().BoolVar(&allowRemote, "allow-remote", false, "listen even where other machines can reach the sandbox")
	return cmd
}

func listen(cmd *cobra.Command, address string, allowRemote bool) (net.Listener, error) {
	listener, err := sandbox.Listen(cmd.Context(), address)
	if errors.Is(err, sandbox.ErrNotLoopback) {
		if !allowRemote {
			return nil, usageErrorf("other machines can reach %s: add --allow-remote if that is meant", address)
		}
		cmd.PrintErrf("Warning: whoever reaches %s can read the data, for the sandbox's credentials are no secret.\n", address)
		listener, err = new(net.ListenConfig).Listen(cmd.Context(), "tcp", address)
	}
	if wrong, ok := errors.AsType[*net.AddrError](err); ok {
		return nil, usageErrorf("--listen %s: %s; 127.0.0.1:0 takes a free one", address, wrong.Err)
	}
	return listener, err
}

// start serves until the function that it returns is called, which waits for no request.
func start(handler http.Handler, listener net.Listener) (stop func()) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // It ends with http.ErrServerClosed.
	return func() { _ = server.Close() }
}

// baseURL is where this machine reaches the listener.
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
