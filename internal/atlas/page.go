package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

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
