package main

import (
	"net"
	"strings"
	"testing"
)

func TestListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	cmd := newServeCommand()
	cmd.SetContext(t.Context())
	for _, address := range []string{"127.0.0.1:0", "localhost:0"} {
		l, err := listen(cmd, address, false)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if tcp, ok := l.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
			t.Errorf("%s listens on %s", address, l.Addr())
		}
		_ = l.Close()
	}
	for _, address := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.com:0"} {
		if l, err := listen(cmd, address, false); err == nil || !strings.Contains(err.Error(), "other machines can reach this address") {
			t.Errorf("%s: listener %v, error %v", address, l, err)
		}
	}
	if _, err := listen(cmd, "127.0.0.1", false); err == nil {
		t.Error("an address without a port is taken")
	}
}
