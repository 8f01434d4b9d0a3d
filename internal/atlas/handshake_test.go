package atlas

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

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
	client.cfg.Base.Proxy = http.ProxyURL(&url.URL{Scheme: scheme, Host: "proxy.invalid", User: url.UserPassword("user", proxyPassword)})
	client.scrub.hide(proxyPassword)
	return client, connections
}

// isOfTheProxy reports whether err is a NetworkError of the proxy.
func isOfTheProxy(err error) bool {
	network, ok := errors.AsType[*NetworkError](err)
	return ok && network.Proxy
}

func TestProxiesOfTheWrongKindAreFinal(t *testing.T) {
	t.Parallel()
	plain := func(conn net.Conn) { // an HTTP proxy
		_, _ = bufio.NewReader(conn).ReadByte()
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
	}
	virtual.Each(t, map[string]string{"https": "https", "socks5": "socks5"}, func(t *testing.T, scheme string) {
		client, connections := behind(t, scheme, plain)
		start := time.Now()
		_, err := read(t.Context(), client)
		if _, ok := errors.AsType[tls.RecordHeaderError](err); ok != (scheme == "https") {
			t.Errorf("got %v", err)
		}
		if !isOfTheProxy(err) || *connections != 1 || time.Since(start) > time.Second {
			t.Errorf("got %v after %d connections and %s", err, *connections, time.Since(start))
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
		network, ok := errors.AsType[*NetworkError](err)
		if !ok || network.Proxy != (scheme != "http") || network.Attempts != 2 { // net/http does not report that CONNECT failed
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); *connections != 2 || took > 2*handshakeTimeout+3*time.Second {
			t.Errorf("got %v after %d connections and %s", err, *connections, took)
		}
	})
}

// A proxy of another kind waits for the client, as the client waits for it.
func TestProxiesThatStaySilentAreRetriedOnce(t *testing.T) {
	t.Parallel()
	type testCase struct {
		scheme      string
		silent      int // how many connections
		connections int
	}
	cases := map[string]testCase{
		"socks5": {"socks5", 5, 2}, "https": {"https", 5, 2}, "socks5, then closes": {"socks5", 1, 5},
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
		connections := &counted{}
		client := connectBy(t, connections.dial(virtual.Serve(t, s)))
		for range 2 {
			if err := errors.Join(readAll(t.Context(), client, maxSockets)...); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second) // until all connections are idle
		}
		if connections.made != maxSockets || len(s.Requests()) != 2*maxSockets {
			t.Errorf("got %d requests by %d connections", len(s.Requests()), connections.made)
		}
	})
}

// The other tests make connections of their own.
func TestHandshakesOfTheClientsOwnConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	h := &history{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), historyKey{}, h))
	cancel() // makes no connection
	if _, err := newBaseTransport(nil).DialContext(ctx, "tcp", "192.0.2.1:443"); err == nil || !h.begun.Load() {
		t.Errorf("limitHandshakes was not called: %v", err)
	}
}

func TestRepliesOfSOCKSProxies(t *testing.T) {
	t.Parallel()
	type testCase struct {
		reply   byte // RFC 1928 section 6
		retried bool
	}
	cases := map[string]testCase{
		"general failure":            {1, true},
		"not allowed":                {2, false},
		"network unreachable":        {3, true},
		"host unreachable":           {4, true},
		"refused":                    {5, true},
		"expired":                    {6, true},
		"command not supported":      {7, false},
		"address type not supported": {8, false},
		"unknown":                    {99, false},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		client, connections := behind(t, "socks5", func(conn net.Conn) {
			greeting := make([]byte, 2)
			_, _ = io.ReadFull(conn, greeting)
			_, _ = io.CopyN(io.Discard, conn, int64(greeting[1]))
			_, _ = conn.Write([]byte{5, 0})
			request := make([]byte, 5)
			_, _ = io.ReadFull(conn, request)
			_, _ = io.CopyN(io.Discard, conn, int64(request[4])+2)
			_, _ = conn.Write([]byte{5, c.reply, 0, 1, 0, 0, 0, 0, 0, 0})
		}, withRetries(2))
		_, err := read(t.Context(), client)
		want := 1
		if c.retried {
			want = 3
		}
		if !isOfTheProxy(err) || *connections != want {
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
