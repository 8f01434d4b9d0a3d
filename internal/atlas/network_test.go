package atlas

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// lookUp returns the error of Go's resolver if the name server answers with code. It looks up name servers, because addresses can
// also come from files of the machine.
func lookUp(t *testing.T, code dnsmessage.RCode) error {
	t.Helper()
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answerDNS(server, code)
		return client, nil
	}}
	_, err := resolver.LookupNS(t.Context(), "atlas.invalid.")
	if err == nil {
		t.Fatal("the name was resolved")
	}
	return err
}

// answerDNS answers one question as a name server over TCP (RFC 1035 section 4.2.2): with code, and with addresses if the question
// is for them.
func answerDNS(conn net.Conn, code dnsmessage.RCode, addresses ...[4]byte) {
	defer func() { _ = conn.Close() }()
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return
	}
	question := make([]byte, binary.BigEndian.Uint16(size[:]))
	var message dnsmessage.Message
	if _, err := io.ReadFull(conn, question); err != nil || message.Unpack(question) != nil {
		return
	}
	message.Response, message.RCode, message.Additionals = true, code, nil
	for _, address := range addresses {
		if asked := message.Questions[0]; asked.Type == dnsmessage.TypeA {
			message.Answers = append(message.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: asked.Name, Type: asked.Type, Class: asked.Class},
				Body:   &dnsmessage.AResource{A: address},
			})
		}
	}
	answer, err := message.AppendPack(make([]byte, 2))
	if err != nil {
		return
	}
	binary.BigEndian.PutUint16(answer, uint16(len(answer)-2)) //nolint:gosec // a few dozen bytes
	_, _ = conn.Write(answer)
}

// overTCP returns a client of handler over the loopback interface, because connections in memory cannot be reset.
func overTCP(t *testing.T, handler http.Handler) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return connectBy(t, to(server), withRetries(0))
}

// to returns a dial function that connects to server and ignores the address.
func to(server *httptest.Server) virtual.Dial {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
}

func TestCertificatesThatDoNotVerifyAreFinal(t *testing.T) {
	t.Parallel()
	s := sandbox.New(virtual.Data(3))
	server := httptest.NewUnstartedServer(s)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)

	made := 0
	client := connectBy(t, func(ctx context.Context, network, address string) (net.Conn, error) {
		made++
		return to(server)(ctx, network, address)
	}, func(cfg *Config) { cfg.BaseURL = &url.URL{Scheme: "https", Host: "example.com"} }) // the host in the certificate
	client.base.Proxy = nil
	_, err := read(t.Context(), client)
	_, unverified := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	if !unverified || !unknown || made != 1 || len(s.Requests()) != 0 {
		t.Errorf("got %v after %d connections and %d requests", err, made, len(s.Requests()))
	}
}

// A hosts file can give any address to localhost, and a name server to a name below it.
func TestPlainHTTPNeverLeavesThisMachine(t *testing.T) {
	t.Parallel()
	for address, allowed := range map[string]bool{
		"127.0.0.1:80": true, "127.9.9.9:8080": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true,
		"192.0.2.1:80": false, "10.0.0.1:80": false, "0.0.0.0:80": false, "[::]:80": false, "[2001:db8::1]:80": false,
		"[fe80::1%eth0]:80": false, "localhost:80": false, "127.0.0.1": false, "": false,
	} {
		if err := onlyLoopback("tcp", address, nil); (err == nil) != allowed {
			t.Errorf("a connection to %q: %v", address, err)
		}
	}
}

func TestNamesThatLeadElsewhereAreNotConnectedTo(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		address [4]byte
		refused string
	}{
		"this machine": {[4]byte{127, 0, 0, 1}, ""},
		"elsewhere":    {[4]byte{192, 0, 2, 1}, "192.0.2.1:" + port},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dialer := &net.Dialer{Control: onlyLoopback, Resolver: &net.Resolver{
				PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
					client, server := net.Pipe()
					go answerDNS(server, dnsmessage.RCodeSuccess, c.address)
					return client, nil
				},
			}}
			conn, err := dialer.DialContext(t.Context(), "tcp4", net.JoinHostPort("localhost.atlas.invalid.", port))
			if err == nil {
				_ = conn.Close()
			}
			if elsewhere, ok := errors.AsType[*NotLoopbackError](err); ok != (c.refused != "") || ok && elsewhere.Address != c.refused ||
				!ok && err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
}

// The client's own dialer, which the other tests replace.
func TestPlainHTTPToAnotherMachineIsFinal(t *testing.T) {
	t.Parallel()
	s := sandbox.New(virtual.Data(3))
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	for base, elsewhere := range map[string]bool{server.URL: false, "http://192.0.2.1:80": true} { // an address for documentation (RFC 5737)
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		client, err := New(Config{BaseURL: u, Credential: testToken(), MaxRetries: 4})
		if err != nil {
			t.Fatal(err)
		}
		client.base.Proxy = nil
		t.Cleanup(client.base.CloseIdleConnections)
		_, err = read(t.Context(), client)
		failure, ok := ofKind(err, Unanswered)
		cause, refused := errors.AsType[*NotLoopbackError](err)
		switch {
		case !elsewhere && err != nil:
			t.Errorf("got %v", err)
		case elsewhere && (!ok || !refused || failure.Passing || failure.Attempts != 1 || cause.Address != "192.0.2.1:80"):
			t.Errorf("got %v", err)
		}
	}
}

func TestStalledAttemptsSayForHowLong(t *testing.T) {
	t.Parallel()
	cases := map[string]sandbox.Break{"no answer": sandbox.Stall, "half an answer": sandbox.StallInBody}
	virtual.Each(t, cases, func(t *testing.T, fault sandbox.Break) {
		client := connect(t, sandbox.New(virtual.Data(3, sandbox.Answer{Break: fault})), withRetries(0))
		_, err := read(t.Context(), client)
		if !errors.As(err, new(stalledError)) || !strings.HasSuffix(err.Error(), "no complete answer arrived within 1m0s") {
			t.Errorf("got %v", err)
		}
	})
}

// After a switch of protocols, the body is the connection, which never ends.
func TestSwitchedProtocolsDoNotHang(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			defer func() { _ = conn.Close() }()
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")
			_, _ = io.Copy(io.Discard, conn)
		}))
		start := time.Now()
		_, err := read(t.Context(), client)
		failure, ok := ofKind(err, Unexpected)
		if !ok || failure.Detail != "has the status 101 Switching Protocols" || time.Since(start) > virtual.ReadTimeout {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}

// failing returns a dial function whose first two connections fail with err, unless that is nil, and the number of connections.
func failing(next virtual.Dial, err error) (d virtual.Dial, made *int) {
	made = new(int)
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if *made++; *made <= 2 && err != nil {
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
		if failure, ok := ofKind(err, Unanswered); ok == c.retried || ok && (failure.Passing || failure.Stopped != NotRetried) {
			t.Errorf("got %v", err)
		}
	})
}

// A server that requires a client certificate sends an alert after the handshake, instead of an answer.
func TestAlertsInPlaceOfAnAnswerAreFinal(t *testing.T) {
	t.Parallel()
	client := connectBy(t, nil)
	alert := client.unanswered(operation{}, &url.Error{Err: &net.OpError{Op: "remote error", Err: tls.AlertError(116)}})
	if alert.Passing || !client.unanswered(operation{}, errors.New("http: server closed idle connection")).Passing {
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
			_, err := read(t.Context(), client) // without retries, because time is real here
			if failure, ok := ofKind(err, Unanswered); !ok || !failure.Passing {
				t.Errorf("got %v", err)
			}
		})
	}
}

// padded returns a listing with a size of n bytes.
func padded(n int) []byte {
	const before, after = `{"results":[{"name":"a","new":"`, `"}]}`
	return []byte(before + strings.Repeat("x", n-len(before)-len(after)) + after)
}

func TestBodiesAreReadUpToTheirLimit(t *testing.T) {
	t.Parallel()
	type testCase struct {
		size       int
		compressed bool
		fits       bool
	}
	cases := map[string]testCase{
		"16 MiB":                       {maxBody, false, true},
		"16 MiB and a byte":            {maxBody + 1, false, false},
		"16 MiB, compressed":           {maxBody, true, true},
		"16 MiB and a byte compressed": {maxBody + 1, true, false},
		"a bomb":                       {10 * maxBody, true, false},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		requests := 0
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests++
			w.Header().Set("Content-Type", "application/json")
			var out io.Writer = w
			if c.compressed {
				w.Header().Set("Content-Encoding", "gzip")
				zip := gzip.NewWriter(w)
				defer func() { _ = zip.Close() }()
				out = zip
			}
			_, _ = out.Write(padded(c.size))
		}))
		r := request()
		r.PageNum = 1
		listing, err := client.ListStreamConnections(t.Context(), r)
		failure, ok := ofKind(err, Unexpected)
		switch {
		case c.fits && (err != nil || len(listing.Results) != 1):
			t.Errorf("got %v", err)
		case !c.fits && (!ok || failure.Detail != "is larger than 16 MiB"):
			t.Errorf("got %v", err)
		case requests != 1:
			t.Errorf("got %d requests", requests)
		}
	})
}

// The SDK would make a struct of each result. Without it, what a result takes is a slice of the answer.
//
//nolint:paralleltest // other tests would allocate as well
func TestTinyResultsTakeLittleMemory(t *testing.T) {
	for name, result := range map[string]string{"objects": "{}", "names": `{"name":"a"}`, "numbers": "0", "lists": "[]"} {
		t.Run(name, func(t *testing.T) {
			body := `{"results":[` + strings.Repeat(result+",", maxBody/64/len(result)) + result + `]}`
			client := connectBy(t, nil)
			client.base.RegisterProtocol("http", cannedPage(body))
			for what, read := range everyRead {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				_, err := read(t.Context(), client)
				runtime.ReadMemStats(&after)
				if took := after.TotalAlloc - before.TotalAlloc; err == nil || took > uint64(100*len(body)) {
					t.Errorf("%s: %d bytes took %d: %v", what, len(body), took, err)
				}
			}
		})
	}
}

func TestHeadersAreReadUpToTheirLimit(t *testing.T) {
	t.Parallel()
	virtual.Each(t, map[string]int{"half of it": 1 << 19, "all of it": 1 << 20}, func(t *testing.T, size int) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Headers: map[string]string{"X-Long": strings.Repeat("x", size)}, Times: -1}))
		_, err := read(t.Context(), connect(t, s))
		if _, failed := ofKind(err, Unanswered); failed != (size == 1<<20) || !failed && err != nil || len(s.Requests()) != 1 {
			t.Errorf("got %v after %d requests", err, len(s.Requests()))
		}
	})
}

func TestCompressedBodiesThatBreak(t *testing.T) {
	t.Parallel()
	var whole bytes.Buffer
	zip := gzip.NewWriter(&whole)
	_, _ = zip.Write(padded(1000))
	_ = zip.Close()
	type testCase struct {
		body     []byte
		requests int
	}
	cases := map[string]testCase{
		"cut":        {whole.Bytes()[:whole.Len()-9], 3},
		"not gzip":   {[]byte(`{"results":[]}`), 1},
		"wrong sum":  {append(bytes.Clone(whole.Bytes()[:whole.Len()-8]), 0, 0, 0, 0, 0, 0, 0, 0), 1},
		"no content": {nil, 1},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		requests := 0
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests++
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Transfer-Encoding", "chunked")
			_, _ = w.Write(c.body)
			_ = http.NewResponseController(w).Flush()
		}), withRetries(2))
		listing, err := read(t.Context(), client)
		if _, ok := errors.AsType[*Error](err); !ok || listing != nil || requests != c.requests {
			t.Errorf("got %v, %v after %d requests", listing, err, requests)
		}
	})
}

// behind returns a client that uses a proxy, and the number of connections to the proxy. The function proxy serves each of them,
// which is then closed.
func behind(t *testing.T, scheme string, proxy func(net.Conn), options ...func(*Config)) (client *Client, connections *int) {
	t.Helper()
	listener := virtual.Listen()
	t.Cleanup(func() { _ = listener.Close() })
	connections = new(int)
	go func() {
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			*connections++
			proxy(conn)
			_ = conn.Close()
		}
	}()
	client = connectBy(t, listener.DialContext, append(options, func(cfg *Config) { cfg.BaseURL.Scheme = "https" })...)
	client.base.Proxy = http.ProxyURL(&url.URL{Scheme: scheme, Host: "proxy.invalid", User: url.UserPassword("user", proxyPassword)})
	client.scrub.hide(proxyPassword)
	return client, connections
}

func isOfTheProxy(err error) bool {
	failure, ok := ofKind(err, Unanswered)
	return ok && failure.Proxy
}

func TestProxiesOfTheWrongKind(t *testing.T) {
	t.Parallel()
	plain := func(conn net.Conn) { // an HTTP proxy
		_, _ = bufio.NewReader(conn).ReadByte()
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
	}
	made := map[string]int{"https": 1, "socks5": 5} // a proxy of SOCKS can fail for a moment; its replies do not say
	virtual.Each(t, map[string]string{"https": "https", "socks5": "socks5"}, func(t *testing.T, scheme string) {
		client, connections := behind(t, scheme, plain)
		_, err := read(t.Context(), client)
		if _, ok := errors.AsType[tls.RecordHeaderError](err); ok != (scheme == "https") {
			t.Errorf("got %v", err)
		}
		if !isOfTheProxy(err) || *connections != made[scheme] {
			t.Errorf("got %v after %d connections", err, *connections)
		}
	})
}

func TestHandshakesThatHangAreBounded(t *testing.T) {
	t.Parallel()
	hang := func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }
	cases := map[string]string{"socks5": "socks5", "https": "https", "http": "http"}
	virtual.Each(t, cases, func(t *testing.T, scheme string) {
		client, connections := behind(t, scheme, hang, withRetries(1))
		start := time.Now()
		_, err := read(t.Context(), client)
		failure, ok := ofKind(err, Unanswered)
		if !ok || failure.Proxy != (scheme != "http") || failure.Attempts != 2 { // net/http does not report that CONNECT failed
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); *connections != 2 || took > 2*handshakeTimeout+3*time.Second {
			t.Errorf("got %v after %d connections and %s", err, *connections, took)
		}
	})
}

// A proxy of another kind waits for the client, as the client waits for it.
func TestProxiesThatStaySilentAreRetried(t *testing.T) {
	t.Parallel()
	type testCase struct {
		scheme      string
		silent      int // how many connections
		connections int
	}
	cases := map[string]testCase{
		"socks5": {"socks5", 5, 5}, "https": {"https", 5, 5}, "socks5, then closes": {"socks5", 1, 5},
		"in place of Atlas": {"http", 5, 5}, // net/http does not report that CONNECT failed
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		client, connections := behind(t, c.scheme, func(conn net.Conn) {
			if c.silent--; c.silent >= 0 {
				_, _ = io.Copy(io.Discard, conn)
			}
			_, _ = io.ReadFull(conn, make([]byte, 4)) // a greeting with two methods
		})
		_, err := read(t.Context(), client)
		if isOfTheProxy(err) != (c.scheme != "http") || *connections != c.connections {
			t.Errorf("got %v after %d connections", err, *connections)
		}
	})
}

// The deadline of the handshakes does not apply to the requests.
func TestConnectionsOutliveTheirHandshakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Delay: sandbox.Duration(2 * handshakeTimeout), Times: -1}))
		dial, made := failing(virtual.Serve(t, s), nil)
		client := connectBy(t, dial)
		for range 2 { // the second time by the same connection
			if _, err := read(t.Context(), client); err != nil {
				t.Error(err)
			}
		}
		if *made != 1 || len(s.Requests()) != 2 {
			t.Errorf("got %d requests by %d connections", len(s.Requests()), *made)
		}
	})
}

func TestConnectionsThatASOCKSProxyRefusesAreRetried(t *testing.T) {
	t.Parallel()
	replies := map[string]byte{ // RFC 1928 section 6
		"general failure": 1, "not allowed": 2, "network unreachable": 3, "host unreachable": 4, "refused": 5, "expired": 6,
		"command not supported": 7, "address type not supported": 8, "unknown": 99,
	}
	virtual.Each(t, replies, func(t *testing.T, reply byte) {
		client, connections := behind(t, "socks5", func(conn net.Conn) {
			greeting := make([]byte, 2)
			_, _ = io.ReadFull(conn, greeting)
			_, _ = io.CopyN(io.Discard, conn, int64(greeting[1]))
			_, _ = conn.Write([]byte{5, 0})
			request := make([]byte, 5)
			_, _ = io.ReadFull(conn, request)
			_, _ = io.CopyN(io.Discard, conn, int64(request[4])+2)
			_, _ = conn.Write([]byte{5, reply, 0, 1, 0, 0, 0, 0, 0, 0})
		}, withRetries(2))
		_, err := read(t.Context(), client)
		if !isOfTheProxy(err) || *connections != 3 {
			t.Errorf("got %v after %d connections", err, *connections)
		}
	})
}

func TestSOCKSProxiesThatCloseAreRetried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, connections := behind(t, "socks5", func(conn net.Conn) {
			_, _ = io.ReadFull(conn, make([]byte, 4)) // a greeting with two methods
		}, withRetries(2))
		_, err := read(t.Context(), client)
		if !isOfTheProxy(err) || *connections != 3 {
			t.Errorf("got %v after %d connections", err, *connections)
		}
	})
}

const proxyPassword = "correct-horse-battery"

// setProxy sets the given proxy variables, whose names are in capitals, and unsets all others.
func setProxy(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
		t.Setenv(strings.ToLower(name), "")
		t.Setenv(name, variables[name])
	}
}

func newForAtlas(t *testing.T) (*Client, error) {
	t.Helper()
	return New(Config{BaseURL: mustParse(t, DefaultBaseURL), Credential: testToken()})
}

//nolint:paralleltest // the environment is that of the process
func TestProxiesThatCannotBeUsedAreErrors(t *testing.T) {
	malformed := []string{
		"http://[::1", "://", "not a URL", "http://user:" + proxyPassword + " @proxy.example", "http://proxy.example:port",
		"http://proxy.example:99999",
		"http://", "ftp://proxy.example", "file:///etc/passwd", "https://proxy.example/path", "http:proxy.example", "\x7f",
	}
	for _, value := range malformed {
		t.Run(value, func(t *testing.T) {
			setProxy(t, map[string]string{"HTTPS_PROXY": value})
			_, err := newForAtlas(t)
			refused, ok := errors.AsType[*ProxyError](err)
			if !ok || refused.Variable != "HTTPS_PROXY" || strings.Contains(err.Error(), value) ||
				strings.Contains(err.Error(), proxyPassword) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestProxyErrorsNameTheVariable(t *testing.T) {
	setProxy(t, map[string]string{"HTTPS_PROXY": "http://proxy.example"})
	t.Setenv("https_proxy", "ftp://proxy.example")
	_, err := newForAtlas(t)
	if refused, ok := errors.AsType[*ProxyError](err); !ok || refused.Variable != "https_proxy" {
		t.Errorf("got %v", err)
	}
}

//nolint:paralleltest // the environment is that of the process
func TestProxiesOfTheEnvironmentAreUsed(t *testing.T) {
	const secret = "http://user:" + proxyPassword + "@proxy.example:3128"
	cases := map[string]struct {
		variables map[string]string
		want      string
	}{
		"none":                      {nil, ""},
		"http":                      {map[string]string{"HTTPS_PROXY": secret}, secret},
		"https":                     {map[string]string{"HTTPS_PROXY": "https://proxy.example/"}, "https://proxy.example/"},
		"socks":                     {map[string]string{"HTTPS_PROXY": "socks5://proxy.example:1080"}, "socks5://proxy.example:1080"},
		"socks by name":             {map[string]string{"HTTPS_PROXY": "socks5h://proxy.example"}, "socks5h://proxy.example"},
		"host alone":                {map[string]string{"HTTPS_PROXY": "proxy.example:3128"}, "http://proxy.example:3128"},
		"not for Atlas":             {map[string]string{"HTTPS_PROXY": secret, "NO_PROXY": ".mongodb.com"}, ""},
		"not for https":             {map[string]string{"HTTP_PROXY": secret}, ""},
		"not for Atlas, and broken": {map[string]string{"HTTPS_PROXY": "http://[::1", "NO_PROXY": "cloud.mongodb.com"}, ""},
		"for others also":           {map[string]string{"HTTPS_PROXY": secret, "HTTP_PROXY": "http://[::1"}, secret},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			setProxy(t, c.variables)
			client, err := newForAtlas(t)
			if err != nil {
				t.Fatal(err)
			}
			setProxy(t, map[string]string{"HTTPS_PROXY": "http://later.example"})
			got, err := client.base.Proxy(&http.Request{URL: &url.URL{Scheme: "https", Host: "cloud.mongodb.com"}})
			if err != nil || got == nil && c.want != "" || got != nil && got.String() != c.want {
				t.Errorf("got %v, %v", got, err)
			}
			sent := base64.StdEncoding.EncodeToString([]byte("user:" + proxyPassword))
			text := client.scrub.clean(secret + sent)
			if c.want == secret && (strings.Contains(text, proxyPassword) || strings.Contains(text, sent)) {
				t.Errorf("the password is shown: %s", text)
			}
		})
	}
}

// Some proxies take a token in place of the user.
//
//nolint:paralleltest // the environment is that of the process
func TestUsersOfProxiesWithoutAPasswordAreHidden(t *testing.T) {
	const token = "proxy-token-of-this-machine"
	for name, value := range map[string]string{
		"no password": "http://" + token + "@proxy.example", "an empty one": "http://" + token + ":@proxy.example",
		"SOCKS": "socks5://" + token + "@proxy.example",
	} {
		t.Run(name, func(t *testing.T) {
			setProxy(t, map[string]string{"HTTPS_PROXY": value})
			client, err := newForAtlas(t)
			if err != nil {
				t.Fatal(err)
			}
			sent := base64.StdEncoding.EncodeToString([]byte(token + ":"))
			if got := client.Clean("407 for " + token + " " + sent); strings.Contains(got, token) || strings.Contains(got, sent) {
				t.Errorf("the user is shown: %s", got)
			}
		})
	}
}

func TestProxiesThatDoNotConnect(t *testing.T) {
	t.Parallel()
	type testCase struct {
		status   string
		requests int
	}
	cases := map[string]testCase{
		"busy":           {"503 Service Unavailable", 3},
		"limits":         {"429 Too Many Requests", 3},
		"wants a user":   {"407 Proxy Authentication Required", 1},
		"forbids":        {"403 Forbidden", 1},
		"echoes":         {"407 You sent ", 1},
		"does not speak": {"", 1},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		listener := virtual.Listen()
		requests := 0
		t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
				requests++
				refuseToConnect(conn, c.status)
			}
		}()
		client := connectBy(t, listener.DialContext, withRetries(2), func(cfg *Config) { cfg.BaseURL.Scheme = "https" })
		client.base.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.invalid", User: url.UserPassword("user", proxyPassword)})
		client.scrub.hide(proxyPassword)
		_, err := read(t.Context(), client)
		number, _, _ := strings.Cut(c.status, " ")
		failure, own := errors.AsType[*Error](err)
		if !own || !strings.Contains(err.Error(), number) || strings.Contains(err.Error(), "dXNlc") || requests != c.requests {
			t.Errorf("got %v after %d requests", err, requests)
		}
		answer, ok := errors.AsType[*ConnectError](err)
		if ok != (number != "") || ok && (fmt.Sprint(answer.Status) != number || !failure.Proxy) {
			t.Errorf("got the status of %v", answer)
		}
	})
}

// refuseToConnect answers one request as a proxy that repeats the request.
func refuseToConnect(conn net.Conn, status string) {
	defer func() { _ = conn.Close() }()
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 "+status+req.Header.Get("Proxy-Authorization")+"\r\nContent-Length: 0\r\n\r\n")
}

// trust lets client trust the certificate of server.
func trust(client *Client, server *httptest.Server) {
	transport := server.Client().Transport.(*http.Transport) //nolint:forcetypeassert // httptest's
	client.base.TLSClientConfig.RootCAs = transport.TLSClientConfig.RootCAs
}

// Servers choose HTTP/2 if a client offers it. If the client then sends HTTP/1.1, it gets no answer.
func TestReadsOverTLS(t *testing.T) {
	t.Parallel()
	for name, http2 := range map[string]bool{"server of HTTP/1.1": false, "server of HTTP/2 too": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandbox.New(virtual.Data(501))
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Proto != "HTTP/1.1" {
					t.Errorf("got a request by %s", r.Proto)
				}
				s.ServeHTTP(w, r)
			}))
			server.EnableHTTP2 = http2
			server.StartTLS()
			t.Cleanup(server.Close)

			client, err := New(Config{BaseURL: mustParse(t, server.URL), Credential: testServiceAccount()})
			if err != nil {
				t.Fatal(err)
			}
			trust(client, server)
			t.Cleanup(func() { client.Close(t.Context()) })
			if listing, err := read(t.Context(), client); err != nil || len(listing.Results) != 501 {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestServersOfOldTLSAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		version uint16
		refused bool
	}{"1.1": {tls.VersionTLS11, true}, "1.2": {tls.VersionTLS12, false}, "1.3": {tls.VersionTLS13, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandbox.New(virtual.Data(3))
			server := httptest.NewUnstartedServer(s)
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.TLS = &tls.Config{MinVersion: c.version, MaxVersion: c.version}
			server.StartTLS()
			t.Cleanup(server.Close)
			client, err := New(Config{BaseURL: mustParse(t, server.URL), Credential: testToken(), MaxRetries: 4})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(client.base.CloseIdleConnections)
			trust(client, server)
			_, err = read(t.Context(), client)
			failure, ok := ofKind(err, Unanswered)
			switch {
			case client.base.TLSClientConfig.MinVersion != tls.VersionTLS12: // Go's default can change, and a variable can lower it
				t.Errorf("the oldest version is %d", client.base.TLSClientConfig.MinVersion)
			case !c.refused && err != nil:
				t.Errorf("got %v", err)
			case c.refused && (!ok || failure.Passing || failure.Attempts != 1 || !strings.Contains(err.Error(), "protocol version")),
				c.refused && len(s.Requests()) != 0:
				t.Errorf("got %v after %d requests", err, len(s.Requests()))
			}
		})
	}
}

const connectionsURL = "http://atlas.invalid/api/atlas/v2/groups/" + virtual.ProjectID + "/streams/" + virtual.InstanceName +
	"/connections?itemsPerPage=500&pageNum=1"

// guarded returns a dial function for the origin of the client, and the other addresses that the client dials.
func guarded(next virtual.Dial) (d virtual.Dial, others *[]string) {
	others = &[]string{}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != "atlas.invalid:80" {
			*others = append(*others, address)
		}
		return next(ctx, network, address)
	}, others
}

func TestRedirectsToAnotherOriginAreRefused(t *testing.T) {
	t.Parallel()
	targets := map[string]string{ //nolint:gosec // a made up password; the value is the origin in the error
		"http://other.invalid/path?query":             "http://other.invalid",
		"http://atlas.invalid:8080/":                  "http://atlas.invalid:8080",
		"https://atlas.invalid/":                      "https://atlas.invalid",
		"//other.invalid/":                            "http://other.invalid",
		"http://atlas.invalid.other.invalid/":         "http://atlas.invalid.other.invalid",
		"http://sub.atlas.invalid/":                   "http://sub.atlas.invalid",
		"http://atlas.invalid@other.invalid/":         "http://other.invalid",
		"http://user:password@other.invalid:80/":      "http://other.invalid:80",
		"http://127.0.0.1/":                           "http://127.0.0.1",
		"ftp://atlas.invalid/":                        "ftp://atlas.invalid",
		"http://other.invalid/api/oauth/token?a=b#cd": "http://other.invalid",
	}
	for target, named := range targets {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, everySignIn(), func(t *testing.T, c Credential) {
				s := sandbox.New(virtual.Data(3, sandbox.Answer{Redirect: target}))
				d, others := guarded(virtual.Serve(t, s))
				_, err := read(t.Context(), connectBy(t, d, signedInBy(c)))
				failure, ok := ofKind(err, Redirected)
				if !ok || failure.Detail != named || !strings.Contains(err.Error(), named) {
					t.Errorf("got %v", err)
				}
				if len(*others) != 0 || acctest.Count(s, sandbox.EndpointConnections) > 2 {
					t.Errorf("%q were dialled, after %d requests", *others, acctest.Count(s, sandbox.EndpointConnections))
				}
			})
		})
	}
}

func TestEveryRedirectIsRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		redirect := sandbox.Answer{Status: status, Redirect: "http://other.invalid/", Times: -1}
		sandboxes := map[string]func() *sandbox.Sandbox{
			"from the API":      func() *sandbox.Sandbox { return sandbox.New(virtual.Data(3, redirect)) },
			"from a gateway":    func() *sandbox.Sandbox { return sandbox.New(virtual.Data(3), sandbox.WithGateway(redirect)) },
			"of a second page":  func() *sandbox.Sandbox { return sandbox.New(virtual.Data(501, sandbox.Answer{}, redirect)) },
			"after a try again": func() *sandbox.Sandbox { return sandbox.New(virtual.Data(3, sandbox.Answer{Status: 503}, redirect)) },
		}
		for from, newSandbox := range sandboxes {
			t.Run(http.StatusText(status)+" "+from, func(t *testing.T) {
				t.Parallel()
				virtual.Each(t, everySignIn(), func(t *testing.T, c Credential) {
					d, others := guarded(virtual.Serve(t, newSandbox()))
					_, err := read(t.Context(), connectBy(t, d, signedInBy(c)))
					if failure, ok := ofKind(err, Redirected); !ok || failure.Passing || len(*others) != 0 {
						t.Errorf("got %v; %q were dialled", err, *others)
					}
				})
			})
		}
	}
}

func TestRedirectsOfTheTokenAreRefused(t *testing.T) {
	t.Parallel()
	statuses := map[string]int{"301": 301, "302": 302, "303": 303, "307": 307, "308": 308}
	virtual.Each(t, statuses, func(t *testing.T, status int) {
		redirect := sandbox.Answer{Status: status, Redirect: "http://other.invalid/", Times: -1}

		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(redirect))
		d, others := guarded(virtual.Serve(t, s))
		_, err := read(t.Context(), connectBy(t, d, signedInBy(testServiceAccount())))
		if failure, ok := ofKind(err, Redirected); !ok || !failure.SignIn || failure.Detail != "http://other.invalid" || len(s.Requests()) != 1 {
			t.Errorf("got %v after %d requests", err, len(s.Requests()))
		}

		s = sandbox.New(virtual.Data(3), sandbox.WithRevokeAnswers(redirect))
		revoke, more := guarded(virtual.Serve(t, s))
		client := connectBy(t, revoke, signedInBy(testServiceAccount()))
		if _, err := read(t.Context(), client); err != nil {
			t.Error(err)
		}
		client.Close(t.Context())
		if acctest.Count(s, sandbox.EndpointRevoke) != 1 || len(*others)+len(*more) != 0 {
			t.Errorf("%q were dialled", append(*others, *more...))
		}
	})
}

func TestRedirectsWithinTheOriginAreFollowed(t *testing.T) {
	t.Parallel()
	locations := map[string]string{
		"whole":         connectionsURL,
		"with the port": strings.Replace(connectionsURL, "atlas.invalid", "atlas.invalid:80", 1),
		"in capitals":   strings.Replace(connectionsURL, "atlas.invalid", "Atlas.INVALID", 1),
		"a path":        strings.TrimPrefix(connectionsURL, "http://atlas.invalid"),
	}
	for name, location := range locations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, everySignIn(), func(t *testing.T, c Credential) {
				s := sandbox.New(virtual.Data(3, sandbox.Answer{Redirect: location}),
					sandbox.WithTokenAnswers(sandbox.Answer{Status: 307, Redirect: "/api/oauth/token"}))
				listing, err := read(t.Context(), connect(t, s, signedInBy(c)))
				if err != nil || len(listing.Results) != 3 {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func TestRedirectsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	type testCase struct {
		location string
		requests int
	}
	cases := map[string]testCase{
		"round in circles": {connectionsURL, 10},
		"to no URL":        {"http://[::1", 1},
		"to no path":       {"%zz", 1},
		"without location": {"", 1},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: 302, Headers: map[string]string{"Location": c.location}, Times: -1}))
		_, err := read(t.Context(), connect(t, s))
		if _, ok := ofKind(err, Unexpected); ok == (c.location == "") || err == nil || len(s.Requests()) != c.requests {
			t.Errorf("got %v after %d requests", err, len(s.Requests()))
		}
		if c.requests > 1 && !strings.Contains(err.Error(), "10 redirects") {
			t.Errorf("got %v", err)
		}
	})
}

func TestConnectionsThatHangHoldUpNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		serve := virtual.Serve(t, sandbox.New(virtual.Data(3)))
		var dials atomic.Int64
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			if dials.Add(1) > maxSlots {
				return serve(ctx, network, address)
			}
			select { // as a net.Dialer with a timeout of 30 seconds, and a firewall that drops the packets
			case <-time.After(30 * time.Second):
				return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrDeadlineExceeded}
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		client := connectBy(t, dial)
		var reads sync.WaitGroup
		for range maxSlots {
			reads.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, _ = client.ListStreamConnections(ctx, request())
			})
		}
		reads.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		if _, err := client.ListStreamConnections(ctx, request()); err != nil {
			t.Errorf("got %v after %s and %d dials", err, time.Since(start), dials.Load())
		}
		client.Close(t.Context())
	})
}

// A name server that does not answer makes each dial take five seconds: that of net/http goes on after its request got the
// connection of another one, and is of use to later requests.
func TestDialsOfRequestsThatSucceedByAnotherConnectionGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		serve := virtual.Serve(t, sandbox.New(virtual.Data(3, sandbox.Answer{Delay: second / 4, Times: -1})))
		var dials, canceled atomic.Int64
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			dials.Add(1)
			select {
			case <-time.After(5 * time.Second):
				return serve(ctx, network, address)
			case <-ctx.Done():
				canceled.Add(1)
				return nil, ctx.Err()
			}
		}
		client := connectBy(t, dial, signedInBy(testServiceAccount())) // the request for the token makes the first connection
		start := time.Now()
		if err := errors.Join(readAll(t.Context(), client, 500)...); err != nil {
			t.Error(err)
		}
		if dials.Load() > maxSlots || time.Since(start) > 30*time.Second {
			t.Errorf("500 reads took %s, with %d dials, of which %d were canceled", time.Since(start), dials.Load(), canceled.Load())
		}
		client.Close(t.Context())
	})
}
