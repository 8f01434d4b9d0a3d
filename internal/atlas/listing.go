package atlas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	if c.pending != nil {
		return nil, c.pending
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
	p := &pager{fetch: fetch, size: r.ItemsPerPage, clean: c.scrub.clean}
	if r.PageNum > 0 {
		return p.page(ctx, r.PageNum)
	}
	return p.all(ctx)
}

// unanswered returns the error of a request that got no answer to read. The SDK's other errors are of no use: they do not
// tell a page that cannot be decoded from none at all.
func (c *Client) unanswered(resp *http.Response, err error) error {
	if _, failed := errors.AsType[*url.Error](err); failed || resp == nil {
		return failure(err, c.scrub)
	}
	return nil
}

// StreamInstanceNames returns the names of the stream processing instances of a project: GET
// /api/atlas/v2/groups/{groupId}/streams (operation listStreamWorkspaces), its first page.
func (c *Client) StreamInstanceNames(ctx context.Context, projectID string) ([]string, error) {
	if c.pending != nil {
		return nil, c.pending
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
		return nil, &ContentError{Reason: "has no list of results"}
	}
	names := make([]string, 0, len(instances.Results))
	for _, instance := range instances.Results {
		if instance.Name != "" {
			names = append(names, c.scrub.clean(instance.Name))
		}
	}
	return names, nil
}

// page is one page of the listing (API schema PaginatedApiStreamsConnection), without what nothing here needs.
type page struct {
	connections []*Connection
	totalCount  *int64
	hasNext     bool // links to a next page
}

// readPage reads the answer to a list request.
func (c *Client) readPage(resp *http.Response) (*page, error) {
	var raw struct {
		Results    []json.RawMessage `json:"results"`
		TotalCount *int64            `json:"totalCount"`
		Links      []struct {
			Rel string `json:"rel"`
		} `json:"links"`
	}
	if err := c.readJSON(resp, &raw); err != nil {
		return nil, err
	}
	if raw.Results == nil {
		return nil, &ContentError{Reason: "has no list of results"}
	}
	if raw.TotalCount != nil && *raw.TotalCount < 0 {
		return nil, &ContentError{Reason: "has a negative totalCount"}
	}
	p := &page{connections: make([]*Connection, len(raw.Results)), totalCount: raw.TotalCount}
	for i, result := range raw.Results {
		connection, err := decodeConnection(result)
		if err != nil {
			return nil, &ContentError{Reason: fmt.Sprintf("is no listing: results[%d] %s", i, c.scrub.clean(err.Error()))}
		}
		p.connections[i] = connection
	}
	for _, link := range raw.Links {
		p.hasNext = p.hasNext || link.Rel == "next"
	}
	return p, nil
}

// decodeConnection reads one element of a page. Its errors complete the sentence "results[0] …".
func decodeConnection(raw json.RawMessage) (*Connection, error) {
	var connection *Connection
	if err := json.Unmarshal(raw, &connection); err != nil {
		return nil, explainJSON(err)
	}
	switch {
	case connection == nil:
		return nil, errors.New("is null")
	case connection.Name == nil || *connection.Name == "":
		return nil, errors.New("has no name")
	}
	connection.Raw = raw
	return connection, nil
}

// readJSON reads resp, which is in memory, into v, where it is 200 OK and JSON, whole and nothing after it.
func (c *Client) readJSON(resp *http.Response, v any) error {
	if resp.StatusCode >= 300 {
		return statusError(resp, c.scrub)
	}
	if resp.StatusCode != http.StatusOK {
		return &ContentError{Reason: "has the status " + statusText(resp.StatusCode) + " and no listing"}
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if len(body) == 0 {
		return &ContentError{Reason: "is empty"}
	}
	contentType := resp.Header.Get("Content-Type")
	if contentType == "" {
		return &ContentError{Reason: "has no content type"}
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil || media != "application/json" && !(strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")) {
		return &ContentError{Reason: fmt.Sprintf("is not JSON: its content type is %q", c.scrub.clean(contentType))}
	}
	if err := json.Unmarshal(body, v); err != nil {
		return &ContentError{Reason: "is no listing: it " + c.scrub.clean(explainJSON(err).Error())}
	}
	return nil
}

// explainJSON returns err in the API's terms and without a value of the answer.
func explainJSON(err error) error {
	wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case !ok:
		return fmt.Errorf("is not valid JSON: %w", err)
	case wrongType.Field == "":
		return errors.New("is not a JSON object")
	}
	kind, _, _ := strings.Cut(wrongType.Value, " ") // "number 5" is a value
	// The API's fields begin in lower case: what does not is the name of an embedded Go struct.
	field := slices.DeleteFunc(strings.Split(wrongType.Field, "."), func(name string) bool { return name != "" && name[0] <= 'Z' })
	return fmt.Errorf("has a %s in the field %s, which is of another type", kind, strings.Join(field, "."))
}
