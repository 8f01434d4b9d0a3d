package transport

import (
	"context"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"golang.org/x/net/http/httpproxy"
)

const (
	// maxSockets limits the connections of parallel reads. Terraform's default is also ten operations at a time.
	maxSockets = 10
	// handshakeTimeout bounds the handshakes of TLS and of a proxy. Without it, that of SOCKS could hang.
	handshakeTimeout = 15 * time.Second
)

// newBaseTransport returns a transport that speaks only HTTP/1.1: pages are read one by one, and isTransient knows how it fails.
// It connects with dial, or with a net.Dialer if dial is nil.
func newBaseTransport(dial func(ctx context.Context, network, address string) (net.Conn, error)) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // documented to be one
	if dial != nil {
		t.DialContext = dial
	}
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.TLSClientConfig = nil // the clone would still offer HTTP/2 to the server
	limitHandshakes(t)
	t.MaxConnsPerHost = maxSockets
	t.MaxIdleConnsPerHost = maxSockets
	t.MaxResponseHeaderBytes = 1 << 20
	t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode != http.StatusOK { // net/http would turn the status into text
			return &ConnectError{Status: resp.StatusCode}
		}
		return nil
	}
	return t
}

// limitHandshakes gives the connections of t the deadline of their handshakes, which Client.attempt then removes. An attempt
// that makes a connection has begun: it no longer waits for one of maxSockets.
func limitHandshakes(t *http.Transport) {
	dial := t.DialContext
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		historyOf(ctx).begun.Store(true)
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return conn, conn.SetDeadline(time.Now().Add(handshakeTimeout))
	}
}

// useProxy sets the proxy of t to that of the current environment; net/http's own function remembers an older one. It fails
// if HTTPS_PROXY is not the URL of a proxy, in which case net/http would connect directly without a word. It lets scrub
// hide the proxy's password. HTTP_PROXY does not matter: base is plain http only on loopback, which needs no proxy.
func useProxy(t *http.Transport, base *url.URL, scrub *scrubber) error {
	env := httpproxy.FromEnvironment()
	pick := env.ProxyFunc()
	t.Proxy = func(req *http.Request) (*url.URL, error) { return pick(req.URL) }

	// NO_PROXY names base if it also keeps base from a proxy that is certainly usable.
	usable := httpproxy.Config{HTTPSProxy: "proxy.example", NoProxy: env.NoProxy}
	if proxy, _ := usable.ProxyFunc()(base); env.HTTPSProxy == "" || proxy == nil {
		return nil
	}
	proxy, _ := pick(base)
	if !isProxy(proxy) {
		variable := "HTTPS_PROXY"
		if os.Getenv("https_proxy") != "" { // takes precedence
			variable = "https_proxy"
		}
		return &ProxyError{Variable: variable}
	}
	if password, ok := proxy.User.Password(); ok {
		pair := proxy.User.Username() + ":" + password
		scrub.hide(password, base64.StdEncoding.EncodeToString([]byte(pair)))
	}
	return nil
}

// isProxy reports whether net/http can use u. By now, an invalid URL has become one with the host "http" and the rest as its path.
func isProxy(u *url.URL) bool {
	return u != nil && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) &&
		u.Hostname() != "" && isPort(u.Port()) && (u.Path == "" || u.Path == "/")
}
