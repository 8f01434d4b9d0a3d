package atlas

import (
	"context"

	"go.mongodb.org/atlas-sdk/v20250312001/admin"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// Client reads from one Atlas origin with one set of credentials. It sends nothing before its first read, and is safe for
// concurrent use.
type Client struct {
	streams   admin.StreamsApi
	transport *transport.Client
	// err is the error that every read of an unusable client returns.
	err error
}

// NewClient returns a client that sends its requests through t.
func NewClient(t *transport.Client) (*Client, error) {
	sdk, err := admin.NewClient(admin.UseHTTPClient(t.HTTPClient()), admin.UseBaseURL(t.BaseURL()))
	if err != nil {
		return nil, err
	}
	return &Client{streams: sdk.StreamsApi, transport: t}, nil
}

// CredentialName returns the CredentialName of the transport's Config. It is empty if the client is unusable.
func (c *Client) CredentialName() string {
	if c.usable() != nil {
		return ""
	}
	return c.transport.CredentialName()
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
