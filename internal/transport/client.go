package transport

import (
	"context"
	"net/http"
	"net/url"
)

// Config is all that a Client depends on.
type Config struct {
	// BaseURL is the scheme, host and, where there is one, path that every request starts with; see ParseBaseURL.
	BaseURL *url.URL
	// Credentials sign the requests.
	Credentials Credentials
	// CredentialName names the credentials and their source in a diagnostic, such as "the API key of the provider block".
	CredentialName string
	// MaxRetries is how many times a request is tried again after a failure that may pass; see retryTransport.
	MaxRetries int
	// UserAgent names the program in every request.
	UserAgent string
	// Base makes the connections. If it is nil, it is net/http's, which uses the environment's proxy.
	Base *http.Transport
}

// Client sends requests to one Atlas origin with one set of credentials. It sends nothing until its first request, and
// is safe for parallel use.
type Client struct {
	http    *http.Client
	baseURL *url.URL
	base    *http.Transport
	signIn  signIn
	scrub   *scrubber

	credentialName string
}

// New returns a client for cfg. It fails with a ProxyError if the environment names a proxy that cannot be used.
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
		exchange:   &exchangeTransport{next: base, userAgent: cfg.UserAgent, scrub: scrub},
		scrub:      scrub,
	}
	signIn := cfg.Credentials.signIn(s)
	return &Client{
		http: s.client(signIn.transport), baseURL: cfg.BaseURL, base: base, signIn: signIn, scrub: scrub, credentialName: cfg.CredentialName,
	}, nil
}

// HTTPClient returns what sends requests. The bodies of its answers are in memory: they can be read again once they are
// closed, and need not be closed. Pass its errors to Failure and its answers to JSON.
func (c *Client) HTTPClient() *http.Client { return c.http }

// BaseURL returns the URL that every request starts with.
func (c *Client) BaseURL() string { return c.baseURL.String() }

// CredentialName returns the CredentialName of the Config.
func (c *Client) CredentialName() string { return c.credentialName }

// Clean returns text that came from the network without this client's secrets, in one line of printable characters,
// cut to 1 KiB.
func (c *Client) Clean(text string) string { return c.scrub.clean(text) }

// Close gives back what the client holds: it revokes the token that it fetched, if it fetched one, and closes its
// connections. It is best effort and ends within a second.
func (c *Client) Close(ctx context.Context) {
	if c.signIn.revoke != nil {
		c.signIn.revoke(ctx)
	}
	c.base.CloseIdleConnections()
}
