package atlas

import (
	"context"

	"go.mongodb.org/atlas-sdk/v20250312001/admin"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// Client reads from one Atlas origin with one set of credentials. It sends nothing until its first read, and is safe
// for use by parallel reads.
type Client struct {
	streams   admin.StreamsApi
	transport *transport.Client
	// pending is what every read returns where the configuration is not known yet.
	pending error
}

// NewClient returns a client whose requests t sends.
func NewClient(t *transport.Client) (*Client, error) {
	sdk, err := admin.NewClient(admin.UseHTTPClient(t.HTTPClient()), admin.UseBaseURL(t.BaseURL()))
	if err != nil {
		return nil, err
	}
	return &Client{streams: sdk.StreamsApi, transport: t}, nil
}

// NewPendingClient returns a client that stands in for one whose configuration is not known before apply: every read
// of it fails with an UnknownArgumentError that names argument.
func NewPendingClient(argument string) *Client {
	return &Client{pending: &UnknownArgumentError{Argument: argument}}
}

// Close closes the transport of the client.
func (c *Client) Close(ctx context.Context) {
	if c.transport != nil {
		c.transport.Close(ctx)
	}
}
