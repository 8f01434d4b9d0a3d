package atlas

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/net/http/httpproxy"
)

const (
	// handshakeTimeout bounds the handshakes of TLS and of a proxy. Without it, that of SOCKS could hang.
	handshakeTimeout = 15 * time.Second
	// maxBody limits an answer, in bytes after decompression. A page of 500 connections with certificates is less than a tenth.
	maxBody = 16 << 20
	// maxRedirects is the maximum number of redirects of one request, which is also the default of net/http.
	maxRedirects = 10
)

// newTransport returns a transport that speaks only HTTP/1.1: pages are read one by one, and isTransient knows how it fails.
func newTransport(cfg Config) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // documented to be one
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12} // the clone would still offer HTTP/2
	t.MaxConnsPerHost, t.MaxIdleConnsPerHost = maxSlots, maxSlots // net/http also connects for requests that no longer need it
	t.MaxResponseHeaderBytes = 1 << 20
	t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode != http.StatusOK { // net/http would turn the status into text
			return &ConnectError{Status: resp.StatusCode}
		}
		return nil
	}
	dial := cfg.Dial
	if dial == nil {
		dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
		if cfg.BaseURL.Scheme == "http" {
			dialer.Control = onlyLoopback
		}
		dial = dialer.DialContext
	}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		if failed, ok := ctx.Value(failedKey{}).(context.Context); ok {
			defer context.AfterFunc(failed, cancel)() // else it would go on, and count as one of the ten connections
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return conn, conn.SetDeadline(time.Now().Add(handshakeTimeout)) // send removes it
	}
	return t
}

// failedKey is the key of a context that ends if a request fails. net/http does not end the dial of a request with it, because
// another request can use the connection if this one got another connection and succeeded.
type failedKey struct{}

// NotLoopbackError is the error for a plain http base URL whose name leads to another machine, such as localhost in an unusual
// hosts file. It is the cause of an Error.
type NotLoopbackError struct {
	// Address is the IP address and the port that the name leads to.
	Address string
}

func (e *NotLoopbackError) Error() string {
	return "refused to send credentials to " + e.Address + " over plain http"
}

// onlyLoopback is the Control of a net.Dialer. It sees the address that a name leads to.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err == nil && net.ParseIP(host).IsLoopback() {
		return nil
	}
	return &NotLoopbackError{Address: address}
}

// send sends a signed request and reads the complete answer into memory. The log shows no bodies, no credentials, and no headers
// except those of the rate limit.
func (c *Client) send(req *http.Request) (*http.Response, error) {
	start := time.Now()
	failed, fail := context.WithCancel(context.Background())
	ctx := context.WithValue(req.Context(), failedKey{}, failed)
	sent := req.Clone(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { _ = info.Conn.SetDeadline(time.Time{}) }, // ends that of the handshakes
	}))
	sent.Header.Set("User-Agent", c.cfg.UserAgent)
	resp, err := c.base.RoundTrip(sent)
	defer func() {
		if err != nil {
			fail()
		}
	}()
	if err == nil {
		err = readBody(resp)
	}
	fields := map[string]any{
		"method":      req.Method,
		"path":        c.scrub.clean(req.URL.Path), // a server's own words after a redirect
		"duration_ms": time.Since(start).Milliseconds(),
	}
	if err != nil {
		fields["error"] = c.scrub.clean(err.Error())
		tflog.Debug(req.Context(), "Request failed without an answer", fields)
		return nil, err
	}
	fields["status"] = resp.StatusCode
	for _, name := range []string{"RateLimit-Limit", "RateLimit-Remaining", "Retry-After"} {
		if n, err := strconv.Atoi(resp.Header.Get(name)); err == nil {
			fields[name] = n
		}
	}
	tflog.Debug(req.Context(), "Request answered", fields)
	return resp, nil
}

// readBody reads the body of resp into memory.
func readBody(resp *http.Response) error {
	if resp.StatusCode == http.StatusSwitchingProtocols { // its body is the connection, which no context ends
		_ = resp.Body.Close()
		return &Error{Kind: Unexpected, Detail: "has the status " + statusText(resp.StatusCode)}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	_ = resp.Body.Close()
	switch {
	case err != nil:
		return fmt.Errorf("reading the answer: %w", err)
	case len(body) > maxBody:
		return &Error{Kind: Unexpected, Detail: fmt.Sprintf("is larger than %d MiB", maxBody>>20)}
	}
	resp.Body = &memoryBody{ReadCloser: http.NoBody, body: body}
	return nil
}

// memoryBody is the body of an answer in memory, for bodyOf only. The SDK reads an empty body, and decodes nothing: its structs
// of a hostile answer would take a hundred times the size of the answer.
type memoryBody struct {
	io.ReadCloser

	body []byte
}

// bodyOf returns the body of an answer that send has read.
func bodyOf(resp *http.Response) []byte {
	if b, ok := resp.Body.(*memoryBody); ok {
		return b.body
	}
	return nil
}

// checkRedirect refuses to follow a redirect to another origin than that of the base URL, or too many redirects.
func (c *Client) checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return &Error{Kind: Unexpected, Detail: fmt.Sprintf("is a redirect, after %d redirects", maxRedirects)}
	}
	if origin(req.URL) != origin(c.cfg.BaseURL) {
		target := url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host}
		return &Error{Kind: Redirected, Detail: c.scrub.clean(target.String())}
	}
	return nil
}

// useProxy sets the proxy of t to that of the current environment; net/http's own function remembers an older one. It fails
// if HTTPS_PROXY is not the URL of a proxy, in which case net/http would connect directly without a word. It lets scrub
// hide the proxy's user and password. HTTP_PROXY does not matter: base is plain http only on loopback, which needs no proxy.
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
		return &ProxyError{Variable: variable, Encode: strings.Contains(env.HTTPSProxy, "@")}
	}
	if proxy.User != nil {
		password, _ := proxy.User.Password()
		pair := proxy.User.Username() + ":" + password
		scrub.hide(password, proxy.User.String(), base64.RawStdEncoding.EncodeToString([]byte(pair)))
		if password == "" { // some proxies take a token in place of the user
			scrub.hide(proxy.User.Username())
		}
	}
	return nil
}

// isProxy reports whether net/http can use u. By now, an invalid URL has become one with the host "http" and the rest as its path. A
// password with a # or a ? that is not encoded ends the host, so that the rest is a fragment or a query.
func isProxy(u *url.URL) bool {
	return u != nil && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) &&
		u.Hostname() != "" && isPort(u.Port()) && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
}

// ProxyError is an environment variable that is not the URL of a proxy. It hides the value, which may include a password.
type ProxyError struct {
	// Variable is the name of the environment variable.
	Variable string
	// Encode is whether the value contains a user or a password, whose special characters may not be encoded.
	Encode bool
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the environment variable %s is not the URL of a proxy", e.Variable)
}

// ConnectError is a proxy's answer that refuses to connect to Atlas. It is the cause of an Error.
type ConnectError struct {
	// Status is the HTTP status code, such as 407 if the proxy wants a user and a password.
	Status int
}

func (e *ConnectError) Error() string { return "the proxy answered " + statusText(e.Status) }

func isOfProxy(err error) bool {
	_, answered := errors.AsType[*ConnectError](err)
	operation, ok := errors.AsType[*net.OpError](err)
	return answered || ok && (operation.Op == "proxyconnect" || operation.Op == "socks connect")
}

// isTransient reports whether a request that failed with err may succeed later: its connection was refused, reset, cut or
// stalled, or a name server failed. It may not if the host does not exist or cannot prove its identity, if the address is
// invalid, or if the server does not speak TLS. The innermost cause decides: a proxy reports the same failures.
func isTransient(err error) bool {
	var (
		address   *net.AddrError
		answer    *ConnectError
		elsewhere *NotLoopbackError
		name      *net.DNSError
		timeout   net.Error
	)
	switch {
	case errors.As(err, &answer):
		return isTransientStatus(answer.Status)
	case errors.As(err, &name):
		return name.Temporary()
	case errors.As(err, &address), errors.As(err, &elsewhere), errors.Is(err, fs.ErrPermission):
		return false
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, new(stalledError)),
		strings.Contains(err.Error(), "server closed idle connection"): // has no type in net/http
		return true
	}
	if operation := innermost(err); operation != nil {
		return operation.Timeout() || slices.Contains([]string{"dial", "read", "write", "socks connect"}, operation.Op) // not a TLS alert
	}
	return errors.As(err, &timeout) && timeout.Timeout()
}

// innermost returns the network operation that is closest to the cause of err, or nil.
func innermost(err error) *net.OpError {
	var found *net.OpError
	for operation := (*net.OpError)(nil); errors.As(err, &operation); err = operation.Err {
		found = operation
	}
	return found
}
