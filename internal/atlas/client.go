package atlas

import (
	"context"
	"net/http"
	"net/url"

	"go.mongodb.org/atlas-sdk/v20250312001/admin"
)

// Config is all that a Client depends on.
type Config struct {
	// BaseURL is the scheme, host and, where there is one, path that every request starts with; see ParseBaseURL.
	BaseURL *url.URL
	// Credentials sign the requests.
	Credentials Credentials
	// MaxRetries is how many times a request is tried again after a failure that may pass; see retryTransport.
	MaxRetries int
	// UserAgent names the program in every request.
	UserAgent string
}

// Client reads from one Atlas origin with one set of credentials. It sends nothing until its first read, and is safe
// for use by parallel reads.
type Client struct {
	streams admin.StreamsApi
	base    *http.Transport
	signIn  signIn
	scrub   *scrubber
	// pending is what every read returns where the configuration is not known yet.
	pending error
}

// NewClient returns a client for cfg. It fails where the environment names a proxy that cannot be used.
func NewClient(cfg Config) (*Client, error) {
	base := newBaseTransport()
	client, err := newClient(cfg, base)
	if err != nil {
		return nil, err
	}
	if err := useProxy(base, cfg.BaseURL, client.scrub); err != nil {
		return nil, err
	}
	return client, nil
}

// NewPendingClient returns a client that stands in for one whose configuration is not known before apply: every read
// of it fails with an UnknownArgumentError that names argument.
func NewPendingClient(argument string) *Client {
	return &Client{pending: &UnknownArgumentError{Argument: argument}}
}

func newClient(cfg Config, base *http.Transport) (*Client, error) {
	scrub := &scrubber{}
	s := stack{
		base:       cfg.BaseURL,
		maxRetries: cfg.MaxRetries,
		exchange:   &exchangeTransport{next: base, userAgent: cfg.UserAgent, scrub: scrub},
		scrub:      scrub,
	}
	signIn := cfg.Credentials.signIn(s)
	sdk, err := admin.NewClient(admin.UseHTTPClient(s.client(signIn.transport)), admin.UseBaseURL(cfg.BaseURL.String()))
	if err != nil {
		return nil, err
	}
	return &Client{streams: sdk.StreamsApi, base: base, signIn: signIn, scrub: scrub}, nil
}

// Close gives back what the client holds: it revokes the token that it fetched, if it fetched one, and closes its
// connections. It is best effort and ends within a second.
func (c *Client) Close(ctx context.Context) {
	if c.pending != nil {
		return
	}
	if c.signIn.revoke != nil {
		c.signIn.revoke(ctx)
	}
	c.base.CloseIdleConnections()
}
