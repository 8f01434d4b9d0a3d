// Package atlas reads connections and instances from the MongoDB Atlas Administration API. It combines the pages of a listing
// and checks every answer. The Atlas SDK makes each call, but this package decodes the answer, because the SDK drops fields
// and hides errors. Package transport sends the requests.
//
// This package does not depend on Terraform except for its logger. Schemas, state, and diagnostics are in the data sources.
package atlas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"go.mongodb.org/atlas-sdk/v20250312001/admin"
	"golang.org/x/text/unicode/norm"

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

// MaxItemsPerPage is the size of the largest page.
const MaxItemsPerPage = 500

// ListRequest selects what a list operation returns.
type ListRequest struct {
	// ProjectID is the ID of the project (group), 24 hexadecimal digits.
	ProjectID string
	// InstanceName is the name of the stream processing instance (workspace, tenant). It is empty to list instances.
	InstanceName string
	// ItemsPerPage is the size of a page, 1 to MaxItemsPerPage. Zero is MaxItemsPerPage.
	ItemsPerPage int
	// PageNum is the number of the only page to read, from 1. Zero reads all pages.
	PageNum int
}

// Listing is the answer to a ListRequest.
type Listing struct {
	// Results are in the order of Atlas. The slice and its elements are never nil. IDs are unique, and names without an ID are.
	Results []*Resource
	// TotalCount is the number of resources that Atlas estimates, or nil if it reports none.
	TotalCount *int64
}

// IsShort reports whether a listing of all pages has fewer resources than Atlas's estimate.
func (l *Listing) IsShort() bool {
	return l.TotalCount != nil && int64(len(l.Results)) < *l.TotalCount
}

// ListStreamConnections returns the connections of a stream processing instance: GET
// /api/atlas/v2/groups/{groupId}/streams/{tenantName}/connections (operation listStreamConnections).
func (c *Client) ListStreamConnections(ctx context.Context, r ListRequest) (*Listing, error) {
	return c.list(ctx, "connection", r, func(size, pageNum int) (*http.Response, error) {
		_, resp, err := c.streams.ListStreamConnections(ctx, r.ProjectID, r.InstanceName).
			ItemsPerPage(size).PageNum(pageNum).Execute()
		return resp, err
	})
}

// ListStreamInstances returns the stream processing instances of a project: GET /api/atlas/v2/groups/{groupId}/streams
// (operation listStreamWorkspaces).
func (c *Client) ListStreamInstances(ctx context.Context, r ListRequest) (*Listing, error) {
	return c.list(ctx, "instance", r, func(size, pageNum int) (*http.Response, error) {
		_, resp, err := c.streams.ListStreamInstances(ctx, r.ProjectID).
			ItemsPerPage(size).PageNum(pageNum).Execute()
		return resp, err
	})
}

// ListStreamProcessors returns the stream processors of an instance: GET
// /api/atlas/v2/groups/{groupId}/streams/{tenantName}/processors (operation getStreamProcessors).
func (c *Client) ListStreamProcessors(ctx context.Context, r ListRequest) (*Listing, error) {
	return c.list(ctx, "processor", r, func(size, pageNum int) (*http.Response, error) {
		_, resp, err := c.streams.ListStreamProcessors(ctx, r.ProjectID, r.InstanceName).
			ItemsPerPage(size).PageNum(pageNum).Execute()
		return resp, err
	})
}

// ListPrivateLinks returns the private links of a project: GET /api/atlas/v2/groups/{groupId}/streams/privateLinkConnections
// (operation listPrivateLinkConnections).
func (c *Client) ListPrivateLinks(ctx context.Context, r ListRequest) (*Listing, error) {
	return c.list(ctx, "private link", r, func(size, pageNum int) (*http.Response, error) {
		_, resp, err := c.streams.ListPrivateLinkConnections(ctx, r.ProjectID).
			ItemsPerPage(size).PageNum(pageNum).Execute()
		return resp, err
	})
}

// GetStreamConnection returns one connection of a stream processing instance: GET
// /api/atlas/v2/groups/{groupId}/streams/{tenantName}/connections/{connectionName} (operation getStreamConnection).
func (c *Client) GetStreamConnection(ctx context.Context, projectID, instanceName, name string) (*Resource, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	//nolint:bodyclose // in memory
	_, resp, err := c.streams.GetStreamConnection(ctx, projectID, instanceName, name).Execute()
	body, err := c.body(resp, err)
	if err != nil {
		return nil, err
	}
	connection, err := newResource(body)
	if err != nil {
		return nil, &transport.ContentError{Reason: "is not a connection: it " + c.transport.Clean(err.Error())}
	}
	// Terraform normalizes the strings in a configuration to NFC. Atlas may not.
	if connection.Name != norm.NFC.String(name) {
		return nil, &OtherConnectionError{Name: c.transport.Clean(connection.Name)}
	}
	return connection, nil
}

// OtherConnectionError is the error for an answer that contains another connection than the requested one.
type OtherConnectionError struct {
	// Name is the name of the connection in the answer, without secrets and in one line.
	Name string
}

func (e *OtherConnectionError) Error() string {
	return fmt.Sprintf("the answer is the connection %q", e.Name)
}

// list reads the pages of r. ask requests one of them of at most size resources, and noun names a resource in errors.
func (c *Client) list(
	ctx context.Context, noun string, r ListRequest, ask func(size, pageNum int) (*http.Response, error),
) (*Listing, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	size := cmp.Or(r.ItemsPerPage, MaxItemsPerPage)
	//nolint:bodyclose // in memory
	fetch := func(pageNum int) (*page, error) { return c.readPage(ask(size, pageNum)) }
	p := &pager{fetch: fetch, size: size, most: MaxListing, noun: noun, clean: c.transport.Clean}
	if r.PageNum > 0 {
		return p.page(r.PageNum)
	}
	return p.all(ctx)
}

// body returns the JSON of an answer. It ignores the SDK's errors about one, which are the same for bad JSON and for none.
func (c *Client) body(resp *http.Response, err error) ([]byte, error) {
	if _, failed := errors.AsType[*url.Error](err); failed || resp == nil {
		return nil, c.transport.Failure(err)
	}
	return c.transport.JSON(resp)
}
