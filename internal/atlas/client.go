// Package atlas reads connections and instances from the MongoDB Atlas Administration API. It combines the pages of a listing
// and checks every answer. The Atlas SDK makes each call, but this package decodes the answer, because the SDK drops fields
// and hides errors. Package transport sends the requests.
//
// This package does not depend on Terraform except for its logger. Schemas, state, and diagnostics are in the data sources.
package atlas

import (
	"context"
	"errors"

	"go.mongodb.org/atlas-sdk/v20250312001/admin"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// Client reads from one Atlas origin with one set of credentials. It is idle until its first read, and safe for concurrent use.
type Client struct {
	streams        admin.StreamsApi
	transport      *transport.Client
	credentialName string
	// err is the error that every read of an unusable client returns.
	err error
}

// NewClient returns a client for cfg. The credentialName names the credentials and their source in a diagnostic, such as "the
// API key of the provider block". It fails with a transport.ProxyError if the environment sets a proxy that is not valid.
func NewClient(cfg transport.Config, credentialName string) (*Client, error) {
	t, err := transport.New(cfg)
	if err != nil {
		return nil, err
	}
	sdk, err := admin.NewClient(admin.UseHTTPClient(t.HTTPClient()), admin.UseBaseURL(cfg.BaseURL.String()))
	if err != nil {
		return nil, err
	}
	return &Client{streams: sdk.StreamsApi, transport: t, credentialName: credentialName}, nil
}

// ConfigurationError is the error for a provider configuration or an environment that makes every read impossible.
type ConfigurationError struct {
	// Summary is a short phrase that never varies for a kind of error, such as "Missing credentials".
	Summary string
	// Detail is sentences that describe the error and what to do about it.
	Detail string
}

func (e *ConfigurationError) Error() string { return e.Summary + ": " + e.Detail }

// NewUnusableClient returns a client whose every read fails with err, which is usually a ConfigurationError.
func NewUnusableClient(err error) *Client {
	return &Client{err: err}
}

// usable returns an error if c cannot read. The client of a data source that was never configured is nil.
func (c *Client) usable() error {
	if c == nil {
		return errors.New("the read began before the provider was configured")
	}
	return c.err
}

// CredentialName returns the name that NewClient was given. It is empty if the client is unusable.
func (c *Client) CredentialName() string {
	if c == nil {
		return ""
	}
	return c.credentialName
}

// Clean returns text from the network without the client's secrets, in one line; see transport.Client.
func (c *Client) Clean(text string) string {
	if c.usable() != nil {
		return transport.CleanText(text)
	}
	return c.transport.Clean(text)
}

// Close closes the transport of the client.
func (c *Client) Close(ctx context.Context) {
	if c.usable() == nil {
		c.transport.Close(ctx)
	}
}
