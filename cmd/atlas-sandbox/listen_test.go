package main

import (
	"context"
	"net"
	"strings"
	"testing"
)

func TestListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	cmd := newServeCommand()
	cmd.SetContext(t.Context())
	open := new(net.ListenConfig).Listen
	for _, address := range []string{"127.0.0.1:0", "localhost:0"} {
		l, err := listen(cmd, open, address, false)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if tcp, ok := l.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
			t.Errorf("%s listens on %s", address, l.Addr())
		}
		_ = l.Close()
	}
	for _, address := range []string{":0", "0.0.0.0:0"} {
		if l, err := listen(cmd, open, address, false); err == nil || !strings.Contains(err.Error(), "other machines can reach this address") {
			t.Errorf("%s: listener %v, error %v", address, l, err)
		}
	}
	for _, address := range []string{"127.0.0.1", "192.0.2.1:0"} {
		if _, err := listen(cmd, open, address, false); err == nil {
			t.Errorf("%s is accepted", address)
		}
	}
}

// opened is a listener that has an address and accepts nothing.
type opened struct {
	net.Listener

	ip     string
	closed bool
}

func (o *opened) Addr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(o.ip), Port: 8080} }

func (o *opened) Close() error {
	o.closed = true
	return nil
}

// The address decides, and not the name: a hosts file can map localhost to another interface.
func TestTheAddressThatANameLeadsToMustBeLoopback(t *testing.T) {
	t.Parallel()
	for ip, loopback := range map[string]bool{
		"127.0.0.1": true, "127.1.2.3": true, "::1": true, "0.0.0.0": false, "::": false, "192.0.2.1": false, "2001:db8::1": false,
	} {
		for _, allowRemote := range []bool{false, true} {
			cmd := newServeCommand()
			cmd.SetContext(t.Context())
			cmd.SetErr(new(strings.Builder))
			l := &opened{ip: ip}
			_, err := listen(cmd, func(context.Context, string, string) (net.Listener, error) { return l, nil }, "localhost:8080", allowRemote)
			if accepted := err == nil; accepted != (loopback || allowRemote) || accepted == l.closed {
				t.Errorf("localhost at %s, with --allow-remote=%t: got %v, closed %t", ip, allowRemote, err, l.closed)
			}
		}
	}
}
