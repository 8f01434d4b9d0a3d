package atlas

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// failing returns a dial function whose first two connections fail with err, and the number of connections.
func failing(next virtual.Dial, err error) (d virtual.Dial, made *int) {
	made = new(int)
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if *made++; *made <= 2 {
			return nil, err
		}
		return next(ctx, network, address)
	}, made
}

func TestConnectionsThatFailAreRetried(t *testing.T) {
	t.Parallel()
	dialing := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	reading := func(err error) error { return &net.OpError{Op: "read", Net: "tcp", Err: err} }
	proxying := func(err error) error { return &net.OpError{Op: "proxyconnect", Net: "tcp", Err: err} }
	type testCase struct {
		err     error
		retried bool
	}
	cases := map[string]testCase{
		"refused":               {dialing(syscall.ECONNREFUSED), true},
		"unreachable":           {dialing(syscall.EHOSTUNREACH), true},
		"reset":                 {reading(syscall.ECONNRESET), true},
		"broken pipe":           {&net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE}, true},
		"timed out":             {dialing(syscall.ETIMEDOUT), true},
		"ended":                 {io.EOF, true},
		"ended early":           {io.ErrUnexpectedEOF, true},
		"proxy refused":         {proxying(dialing(syscall.ECONNREFUSED)), true},
		"proxy timed out":       {proxying(dialing(syscall.ETIMEDOUT)), true},
		"proxy busy":            {&ConnectError{Status: 503}, true},
		"proxy wants a user":    {&ConnectError{Status: 407}, false},
		"name server fails":     {dialing(lookUp(t, dnsmessage.RCodeServerFailure)), true},
		"name server refuses":   {dialing(lookUp(t, dnsmessage.RCodeRefused)), false},
		"no such host":          {dialing(lookUp(t, dnsmessage.RCodeNameError)), false},
		"certificate":           {&tls.CertificateVerificationError{Err: errors.New("unknown authority")}, false},
		"handshake":             {&net.OpError{Op: "remote error", Err: tls.AlertError(40)}, false},
		"something else":        {errors.New("something else"), false},
		"handshake takes ages":  {timeoutError{}, true},
		"server speaks no TLS":  {tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, false},
		"not even a connection": {http.ErrSchemeMismatch, false},
		"no such network":       {net.UnknownNetworkError("none"), false},
		"no address":            {dialing(&net.AddrError{Err: "invalid port", Addr: "99999"}), false},
		"not permitted":         {dialing(os.NewSyscallError("connect", syscall.EPERM)), false},
		"proxy without TLS":     {proxying(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), false},
		"proxy's certificate":   {proxying(&tls.CertificateVerificationError{Err: errors.New("unknown authority")}), false},
		"proxy of old TLS":      {proxying(errors.New("tls: server selected unsupported protocol version 301")), false},
		"proxy's alert":         {proxying(&net.OpError{Op: "remote error", Err: tls.AlertError(40)}), false},
		"SOCKS proxy resets":    {&net.OpError{Op: "socks connect", Net: "tcp", Err: reading(syscall.ECONNRESET)}, true},
		"proxy ended":           {proxying(io.EOF), true},
		"proxy is no address":   {proxying(dialing(&net.AddrError{Err: "invalid port", Addr: "99999"})), false},
		"proxy is unknown":      {proxying(dialing(lookUp(t, dnsmessage.RCodeNameError))), false},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3))
		d, made := failing(virtual.Serve(t, s), c.err)
		_, err := read(t.Context(), connectBy(t, d))
		want := 1
		if c.retried {
			want = 3
		}
		if *made != want {
			t.Errorf("got %d connections, want %d: %v", *made, want, err)
		}
		if _, ok := errors.AsType[*NetworkError](err); ok == c.retried {
			t.Errorf("got %v", err)
		}
	})
}

// A server that requires a client certificate sends an alert after the handshake, instead of an answer.
func TestAlertsInPlaceOfAnAnswerAreFinal(t *testing.T) {
	t.Parallel()
	alert := failure(&net.OpError{Op: "remote error", Err: tls.AlertError(116)}, &scrubber{}, true)
	if isTransient(alert) || !isTransient(failure(errors.New("server closed idle connection"), &scrubber{}, true)) {
		t.Error("an alert is taken for a connection that broke off")
	}
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "net/http: TLS handshake timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

func TestResetsAreRetried(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Break{"before the answer": sandbox.Reset, "in its body": sandbox.ResetInBody} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := overTCP(t, sandbox.New(virtual.Data(3, sandbox.Answer{Break: fault, Times: -1})))
			_, err := list(t.Context(), client) // without retries, because time is real here
			if err == nil || !isTransient(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}
