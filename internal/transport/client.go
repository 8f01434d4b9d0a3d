// Package transport sends HTTP requests to the MongoDB Atlas Administration API. It signs in, sends requests only to one origin,
// retries transient failures, uses the proxy of the environment, and keeps secrets out of errors and logs. Package atlas contains
// the operations of the API.
//
// This package does not depend on Terraform except for its logger.
package transport

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
)

// maxRedirects is the maximum number of redirects of one request, which is also the default of net/http.
const maxRedirects = 10

// Config is the configuration of a Client.
type Config struct {
	// BaseURL is the scheme, host and optional path that every request starts with; see ParseBaseURL.
	BaseURL *url.URL
	// Credentials are the credentials that sign the requests.
	Credentials Credentials
	// MaxRetries is the maximum number of retries of a request after transient failures.
	MaxRetries int
	// UserAgent is the User-Agent header of every request.
	UserAgent string
	// Dial makes the connections of the client's own transport. If it is nil, a net.Dialer does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Base makes the connections. If it is nil, the client uses a transport of its own with the proxy of the environment.
	Base *http.Transport
}

// Client sends requests to one origin with one set of credentials. It signs in when needed, and is safe for concurrent use.
type Client struct {
	cfg    Config // with a Base
	http   *http.Client
	revoke func(ctx context.Context) // nil if no token is ever fetched
	scrub  scrubber
	// accepted is whether an answer has been 200 OK, the token endpoint's included, and so the credentials are good.
	accepted atomic.Bool
}

// New returns a client for cfg. It fails with a ProxyError if the environment sets a proxy that is not valid.
func New(cfg Config) (*Client, error) {
	c := &Client{cfg: cfg}
	if cfg.Base == nil {
		c.cfg.Base = newBaseTransport(cfg.Dial)
		if err := useProxy(c.cfg.Base, cfg.BaseURL, &c.scrub); err != nil {
			return nil, err
		}
	}
	signed, revoke := cfg.Credentials.signing(c, roundTripper(c.attempt))
	c.http, c.revoke = c.sender(signed, false), revoke
	return c, nil
}

// HTTPClient returns the HTTP client that sends the requests. The bodies of its answers are in memory: they need not be
// closed. Pass its errors to Failure and its answers, also those that have been read, to JSON.
func (c *Client) HTTPClient() *http.Client { return c.http }

// Clean returns text from the network without this client's secrets, in one line of printable characters, cut to 1 KiB.
func (c *Client) Clean(text string) string { return c.scrub.clean(text) }

// Close revokes the token, if any, and closes the connections. It ends within a second, even if Atlas does not answer.
func (c *Client) Close(ctx context.Context) {
	if c.revoke != nil {
		c.revoke(ctx)
	}
	c.cfg.Base.CloseIdleConnections()
}

// sender returns an HTTP client that sends requests through signed and retries transient failures. Each attempt is signed again,
// because the count of a nonce must grow, and a token may have been replaced. The requests go to the token endpoint if signIn is true.
func (c *Client) sender(signed http.RoundTripper, signIn bool) *http.Client {
	return &http.Client{Transport: &retryTransport{client: c, next: signed, signIn: signIn}, CheckRedirect: c.checkRedirect}
}

// checkRedirect refuses to follow a redirect to another origin than that of the base URL, or too many redirects.
func (c *Client) checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return &ContentError{Reason: fmt.Sprintf("is a redirect, after %d redirects", maxRedirects)}
	}
	if base := origin(c.cfg.BaseURL); origin(req.URL) != base {
		target := url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host}
		return &OriginError{Base: base, Target: c.scrub.clean(target.String())}
	}
	return nil
}

// roundTripper is a function that is an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
