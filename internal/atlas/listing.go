package atlas

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// Bounds of the API operation listStreamConnections.
const (
	MaxItemsPerPage = 500
	MinPageNum      = 1
)

// ListRequest is what ListStreamConnections asks for.
type ListRequest struct {
	// ProjectID is the project's (group's) id, 24 hexadecimal digits.
	ProjectID string
	// InstanceName is the name of the stream processing instance (workspace, tenant).
	InstanceName string
	// ItemsPerPage is the size of a page, 1 to MaxItemsPerPage.
	ItemsPerPage int
	// PageNum is the one page to read, from MinPageNum; zero reads all pages.
	PageNum int
}

// Listing is the answer to a ListRequest.
type Listing struct {
	// Connections is never nil, has no nil element, and each name once, in Atlas's order.
	Connections []*Connection
	// TotalCount is the number of connections of the instance by Atlas's estimate; nil where it reports none.
	TotalCount *int64
}

// IsShort reports whether a listing of all pages holds fewer connections than Atlas's estimate.
func (l *Listing) IsShort() bool {
	return l.TotalCount != nil && int64(len(l.Connections)) < *l.TotalCount
}

// ListStreamConnections reads the connections of a stream processing instance: GET
// /api/atlas/v2/groups/{groupId}/streams/{tenantName}/connections (operation listStreamConnections).
func (c *Client) ListStreamConnections(ctx context.Context, r ListRequest) (*Listing, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	fetch := func(ctx context.Context, pageNum int) (*page, error) {
		//nolint:bodyclose // in memory
		_, resp, err := c.streams.ListStreamConnections(ctx, r.ProjectID, r.InstanceName).
			ItemsPerPage(r.ItemsPerPage).PageNum(pageNum).Execute()
		if err := c.unanswered(resp, err); err != nil {
			return nil, err
		}
		return c.readPage(resp)
	}
	p := &pager{fetch: fetch, size: r.ItemsPerPage, most: MaxListing, clean: c.transport.Clean}
	if r.PageNum > 0 {
		return p.page(ctx, r.PageNum)
	}
	return p.all(ctx)
}

// unanswered returns the error of a request that got no answer to read. The SDK's other errors are of no use: they do not
// tell a page that cannot be decoded from none at all.
func (c *Client) unanswered(resp *http.Response, err error) error {
	if _, failed := errors.AsType[*url.Error](err); failed || resp == nil {
		return c.transport.Failure(err)
	}
	return nil
}

// StreamInstanceNames returns the names of the stream processing instances of a project: GET
// /api/atlas/v2/groups/{groupId}/streams (operation listStreamWorkspaces), its first page.
func (c *Client) StreamInstanceNames(ctx context.Context, projectID string) ([]string, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	//nolint:bodyclose // in memory
	_, resp, err := c.streams.ListStreamInstances(ctx, projectID).ItemsPerPage(MaxItemsPerPage).Execute()
	if err := c.unanswered(resp, err); err != nil {
		return nil, err
	}
	var instances struct {
		Results []struct {
			Name string `json:"name"`
		} `json:"results"`
	}
	if err := c.readJSON(resp, &instances); err != nil {
		return nil, err
	}
	if instances.Results == nil {
		return nil, &transport.ContentError{Reason: "has no list of results"}
	}
	names := make([]string, 0, len(instances.Results))
	for _, instance := range instances.Results {
		if instance.Name != "" {
			names = append(names, c.transport.Clean(instance.Name))
		}
	}
	return names, nil
}
