package main

import (
	"errors"
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// listen listens on the address of --listen.
func listen(cmd *cobra.Command, address string, allowRemote bool) (net.Listener, error) {
	listener, err := sandbox.Listen(cmd.Context(), address)
	if errors.Is(err, sandbox.ErrNotLoopback) {
		if !allowRemote {
			return nil, usageErrorf("--listen %s: other machines can reach this address; add --allow-remote to allow that", address)
		}
		cmd.PrintErrf("Warning: everyone who can reach %s can read the data, because the sandbox's credentials are public.\n", address)
		listener, err = new(net.ListenConfig).Listen(cmd.Context(), "tcp", address)
	}
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
