package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// page is one page of a listing (API schemas PaginatedApiStreamsConnection and PaginatedApiStreamsTenant).
type page struct {
	results    []*Resource
	totalCount *int64
	hasSelf    bool // whether it links to itself; such a page also links to the next one, if there is one
	hasNext    bool // whether it links to the next page
}

// readPage decodes the answer to a list request.
func (c *Client) readPage(resp *http.Response, err error) (*page, error) {
	body, err := c.body(resp, err)
	if err != nil {
		return nil, err
	}
	var raw struct {
		Results    []json.RawMessage `json:"results"`
		TotalCount *int64            `json:"totalCount"`
		Links      []struct {
			Rel string `json:"rel"`
		} `json:"links"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, &transport.ContentError{Reason: "is not a listing: it " + c.transport.Clean(reasonOf(err).Error())}
	}
	if raw.Results == nil {
		return nil, &transport.ContentError{Reason: "has no list of results"}
	}
	if raw.TotalCount != nil && *raw.TotalCount < 0 {
		return nil, &transport.ContentError{Reason: "has a negative totalCount"}
	}
	p := &page{results: make([]*Resource, len(raw.Results)), totalCount: raw.TotalCount}
	for i, result := range raw.Results {
		resource, err := newResource(result)
		if err != nil {
			return nil, &transport.ContentError{Reason: fmt.Sprintf("is not a listing: results[%d] %s", i, c.transport.Clean(err.Error()))}
		}
		p.results[i] = resource
	}
	for _, link := range raw.Links {
		p.hasSelf = p.hasSelf || link.Rel == "self"
		p.hasNext = p.hasNext || link.Rel == "next"
	}
	return p, nil
}

// reasonOf returns err, an error of encoding/json, in the terms of the API and without any value of the answer.
func reasonOf(err error) error {
	wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case !ok:
		return fmt.Errorf("is not valid JSON: %w", err)
	case wrongType.Field == "":
		return errors.New("is not a JSON object")
	}
	kind, _, _ := strings.Cut(wrongType.Value, " ") // "number 5" is a value
	return fmt.Errorf("has an unexpected %s in the field %s", kind, wrongType.Field)
}
