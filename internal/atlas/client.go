// Package atlas reads Atlas Stream Processing through the MongoDB Atlas Administration API: one method an operation, complete
// listings, and one type of error. The Atlas SDK makes each call, but this package decodes the answer, because the SDK drops
// documented fields and hides errors.
//
// The path of a request is in one place, request.go. It signs in (token.go), sends (network.go), judges the answer (judge.go),
// and waits (wait.go). Everything about HTTP stays in this package, which does not depend on Terraform except for its logger.
package atlas

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"go.mongodb.org/atlas-sdk/v20250312001/admin"
	"golang.org/x/text/unicode/norm"
)

// Config is the configuration of a Client.
type Config struct {
	// BaseURL is the scheme, host, and optional path that every request starts with; see ParseBaseURL.
	BaseURL *url.URL
	// Credential signs the requests.
	Credential Credential
	// MaxRetries is the maximum number of retries after failures that can pass.
	MaxRetries int
	// UserAgent is the User-Agent header of every request.
	UserAgent string
	// Dial makes the connections. If it is nil, a net.Dialer does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client reads from one origin with one credential. It sends nothing before its first read, and is safe for concurrent use.
type Client struct {
	cfg     Config
	streams admin.StreamsApi
	base    *http.Transport
	http    *http.Client // signs and sends; it does not retry and does not fetch tokens
	slots   chan struct{}
	scrub   scrubber
	tokens  *tokens // nil unless the credential is a service account

	closed  context.Context // ends when Close begins
	close   context.CancelFunc
	closing sync.Once

	mu        sync.Mutex
	succeeded map[operation]bool // by succeed
}

// maxSlots limits the requests of parallel reads. Terraform's default is also ten operations at a time.
const maxSlots = 10

// New returns a client for cfg. It fails if the credential or the proxy of the environment cannot be used; the text of the
// error is a sentence without a period, and contains no secret.
func New(cfg Config) (*Client, error) {
	if err := cfg.Credential.check(); err != nil {
		return nil, err
	}
	c := &Client{cfg: cfg, slots: make(chan struct{}, maxSlots), succeeded: map[operation]bool{}}
	c.closed, c.close = context.WithCancel(context.Background())
	c.scrub.hide(cfg.Credential.secrets()...)
	c.base = newTransport(cfg)
	if err := useProxy(c.base, cfg.BaseURL, &c.scrub); err != nil {
		return nil, err
	}
	c.http = &http.Client{Transport: c.signer(), CheckRedirect: c.checkRedirect}
	if cfg.Credential.Kind == ServiceAccount {
		c.tokens = newTokens(c)
	}
	sdk, err := admin.NewClient(admin.UseHTTPClient(c.http), admin.UseBaseURL(cfg.BaseURL.String()))
	if err != nil {
		return nil, err
	}
	c.streams = sdk.StreamsApi
	return c, nil
}

// Credential returns the credential that signs the requests, without its secret.
func (c *Client) Credential() Credential {
	public := c.cfg.Credential
	public.Secret = ""
	return public
}

// Clean returns text from the network without this client's secrets, in one line of printable characters, cut to 1 KiB.
func (c *Client) Clean(text string) string { return c.scrub.clean(text) }

// closeTimeout bounds Close: Terraform kills a provider two seconds after it asked it to stop.
const closeTimeout = time.Second

// Close ends all reads, revokes the token, if any, and closes the connections. It ends within a second, even if Atlas does not
// answer. Reads after Close fail. Another Close waits for the first one.
func (c *Client) Close(ctx context.Context) {
	c.closing.Do(func() {
		ctx, cancel := context.WithTimeout(ctx, closeTimeout)
		defer cancel()
		c.close()
		if c.tokens != nil {
			c.tokens.close(ctx)
		}
		c.base.CloseIdleConnections()
	})
}

// operation is an operation of the API in one project.
type operation struct {
	name      string // in the SDK, or the path of an OAuth endpoint
	projectID string
}

// MaxItemsPerPage is the size of the largest page.
const MaxItemsPerPage = 500

// ListRequest selects what a list operation returns.
type ListRequest struct {
	// ProjectID is the ID of the project (group), 24 hexadecimal digits.
	ProjectID string
	// InstanceName is the name of the stream processing instance (workspace, tenant). It is empty if the list is of a project.
	InstanceName string
	// ItemsPerPage is the size of a page, 1 to MaxItemsPerPage. Zero is MaxItemsPerPage.
	ItemsPerPage int
	// PageNum is the number of the only page to read, from 1. Zero reads all pages.
	PageNum int
}

// ListStreamConnections returns the connections of a stream processing instance: GET
// /api/atlas/v2/groups/{groupId}/streams/{tenantName}/connections (operation listStreamConnections).
func (c *Client) ListStreamConnections(ctx context.Context, r ListRequest) (*Listing, error) {
	return c.list(ctx, "listStreamConnections", "connection", r,
		func(ctx context.Context, instance string, size, pageNum int) (*http.Response, error) {
			_, resp, err := c.streams.ListStreamConnections(ctx, r.ProjectID, instance).ItemsPerPage(size).PageNum(pageNum).Execute()
			return resp, err
		})
}

// ListStreamInstances returns the stream processing instances of a project: GET /api/atlas/v2/groups/{groupId}/streams
// (operation listStreamWorkspaces).
func (c *Client) ListStreamInstances(ctx context.Context, r ListRequest) (*Listing, error) {
	return c.list(ctx, "listStreamWorkspaces", "instance", r,
		func(ctx context.Context, _ string, size, pageNum int) (*http.Response, error) {
			_, resp, err := c.streams.ListStreamInstances(ctx, r.ProjectID).ItemsPerPage(size).PageNum(pageNum).Execute()
			return resp, err
		})
}

// ListStreamProcessors returns the processors of a stream processing instance: GET
// /api/atlas/v2/groups/{groupId}/streams/{tenantName}/processors (operation listStreamProcessors).
func (c *Client) ListStreamProcessors(ctx context.Context, r ListRequest) (*Listing, error) {
	return c.list(ctx, "listStreamProcessors", "processor", r,
		func(ctx context.Context, instance string, size, pageNum int) (*http.Response, error) {
			_, resp, err := c.streams.ListStreamProcessors(ctx, r.ProjectID, instance).
				IncludeCount(true).ItemsPerPage(size).PageNum(pageNum).Execute()
			return resp, err
		})
}

// ListPrivateLinks returns the private links of a project. They have an ID and no name: GET
// /api/atlas/v2/groups/{groupId}/streams/privateLinkConnections (operation listPrivateLinkConnections).
func (c *Client) ListPrivateLinks(ctx context.Context, r ListRequest) (*Listing, error) {
	return c.list(ctx, "listPrivateLinkConnections", "private link", r,
		func(ctx context.Context, _ string, size, pageNum int) (*http.Response, error) {
			_, resp, err := c.streams.ListPrivateLinkConnections(ctx, r.ProjectID).ItemsPerPage(size).PageNum(pageNum).Execute()
			return resp, err
		})
}

// GetStreamConnection returns one connection of a stream processing instance: GET
// /api/atlas/v2/groups/{groupId}/streams/{tenantName}/connections/{connectionName} (operation getStreamConnection). If Atlas
// does not find it, the Error says which connections or instances exist.
func (c *Client) GetStreamConnection(ctx context.Context, projectID, instance, name string) (*Resource, error) {
	ctx, cancel := c.untilClosed(ctx)
	defer cancel()
	return ofInstance(ctx, c, projectID, instance, func(instance string) (*Resource, error) {
		list := func(ctx context.Context) (*Listing, error) {
			return c.ListStreamConnections(ctx, ListRequest{ProjectID: projectID, InstanceName: instance})
		}
		return find(ctx, "STREAM_CONNECTION_NOT_FOUND_FOR_NAME", name, list, func(name string) (*Resource, error) {
			op := operation{"getStreamConnection", projectID}
			body, err := c.request(ctx, op, func(ctx context.Context) (*http.Response, error) {
				_, resp, err := c.streams.GetStreamConnection(ctx, projectID, instance, name).Execute()
				return resp, err
			})
			if err != nil {
				return nil, err
			}
			connection, err := c.newConnection(body, name)
			if err == nil {
				c.succeed(op)
			}
			return connection, err
		})
	})
}

// newConnection returns the connection in body, which must have the requested name.
func (c *Client) newConnection(body []byte, name string) (*Resource, error) {
	var whole json.RawMessage // newResource would ignore what comes after the object
	if err := json.Unmarshal(body, &whole); err != nil {
		return nil, &Error{Kind: Unexpected, Detail: "is not a connection: it " + c.scrub.clean(notJSON(err).Error())}
	}
	connection, err := newResource(whole)
	if err == nil && connection.Name == "" {
		err = errors.New("has no name")
	}
	switch {
	case err != nil:
		return nil, &Error{Kind: Unexpected, Detail: "is not a connection: it " + c.scrub.clean(err.Error())}
	case connection.Name != norm.NFC.String(name):
		return nil, &Error{Kind: OtherName, Detail: c.scrub.clean(connection.Name)}
	}
	return connection, nil
}
