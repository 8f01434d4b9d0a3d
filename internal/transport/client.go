package transport

import (
	"context"
	"fmt"
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
	// Base makes the connections. If it is nil, the client uses a transport of its own with the proxy of the environment.
	Base *http.Transport
}

// Client sends requests to one Atlas origin with one set of credentials. It signs in only when the first request needs it, and is
// safe for concurrent use.
type Client struct {
	http    *http.Client
	baseURL *url.URL
	base    *http.Transport
	revoke  func(ctx context.Context) // nil if no token is ever fetched
	scrub   *scrubber
}

// New returns a client for cfg. It fails with a ProxyError if the environment sets a proxy that is not valid.
func New(cfg Config) (*Client, error) {
	scrub := &scrubber{}
	base := cfg.Base
	if base == nil {
		base = newBaseTransport()
		if err := useProxy(base, cfg.BaseURL, scrub); err != nil {
			return nil, err
		}
	}
	s := stack{
		base:       cfg.BaseURL,
		maxRetries: cfg.MaxRetries,
		attempt:    &attemptTransport{next: base, userAgent: cfg.UserAgent, scrub: scrub},
		accepted:   new(atomic.Bool),
		scrub:      scrub,
	}
	signed, revoke := cfg.Credentials.signing(s)
	return &Client{http: s.client(signed), baseURL: cfg.BaseURL, base: base, revoke: revoke, scrub: scrub}, nil
}

// HTTPClient returns the HTTP client that sends the requests. The bodies of its answers are in memory: they can be read again
// after they were closed, and need not be closed. Pass its errors to Failure and its answers to JSON.
func (c *Client) HTTPClient() *http.Client { return c.http }

// Clean returns text that came from the network without this client's secrets, in one line of printable characters,
// cut to 1 KiB.
func (c *Client) Clean(text string) string { return c.scrub.clean(text) }

// Close revokes the token that the client fetched, if it fetched one, and closes its connections. It ends within a second,
// also if Atlas does not answer.
func (c *Client) Close(ctx context.Context) {
	if c.revoke != nil {
		c.revoke(ctx)
	}
	c.base.CloseIdleConnections()
}

// stack contains what Credentials need to build their transports.
type stack struct {
	base       *url.URL
	maxRetries int
	attempt    http.RoundTripper
	accepted   *atomic.Bool
	scrub      *scrubber
	signIn     bool // whether the requests go to the token endpoint
}

// client returns a client that sends requests through signed, only to the origin of the base URL, and retries transient failures.
// Each attempt is signed again, because the count of a nonce must grow, and a token may have been replaced.
func (s stack) client(signed http.RoundTripper) *http.Client {
	retrying := &retryTransport{next: signed, maxRetries: s.maxRetries, scrub: s.scrub, signIn: s.signIn, accepted: s.accepted}
	return &http.Client{Transport: &originTransport{next: retrying, base: s.base, scrub: s.scrub}, CheckRedirect: checkRedirect}
}

// checkRedirect returns an error if via, the previous requests, are too many to follow another redirect.
func checkRedirect(_ *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return &ContentError{Reason: fmt.Sprintf("is a redirect, after %d redirects", maxRedirects)}
	}
	return nil
}
