package sandbox_test

import (
	"errors"
	"net"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "localhost:0"} {
		l, err := sandbox.Listen(t.Context(), address)
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
		if l, err := sandbox.Listen(t.Context(), address); !errors.Is(err, sandbox.ErrNotLoopback) {
			t.Errorf("%s: listener %v, error %v", address, l, err)
		}
	}
	if _, err := sandbox.Listen(t.Context(), "127.0.0.1"); err == nil {
		t.Error("an address without a port is taken")
	}
}
