package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"go.mongodb.org/atlas-sdk/v20250312001/admin"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// page is one page of the listing (API schema PaginatedApiStreamsConnection), without what nothing here needs.
type page struct {
	connections []*Connection
	totalCount  *int64
	hasNext     bool // links to a next page
}

// readPage reads the answer to a list request.
func (c *Client) readPage(resp *http.Response, knownTypes []string) (*page, error) {
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
		return nil, &transport.ContentError{Reason: "has no list of results"}
	}
	if raw.TotalCount != nil && *raw.TotalCount < 0 {
		return nil, &transport.ContentError{Reason: "has a negative totalCount"}
	}
	p := &page{connections: make([]*Connection, len(raw.Results)), totalCount: raw.TotalCount}
	for i, result := range raw.Results {
		connection, err := decodeConnection(result, knownTypes)
		if err != nil {
			return nil, &transport.ContentError{Reason: fmt.Sprintf("is no listing: results[%d] %s", i, c.transport.Clean(err.Error()))}
		}
		p.connections[i] = connection
	}
	for _, link := range raw.Links {
		p.hasNext = p.hasNext || link.Rel == "next"
	}
	return p, nil
}

// decodeConnection reads one element of a page. Its errors complete the sentence "results[0] …".
func decodeConnection(raw json.RawMessage, knownTypes []string) (*Connection, error) {
	var connection *Connection
	if err := json.Unmarshal(raw, &connection); err != nil {
		if connection = decodeUnknown(raw, knownTypes); connection == nil {
			return nil, explainJSON(err)
		}
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

// decodeUnknown reads what a connection of a type that is not known has in common with all others. Such a type may have a
// field of another's name in a shape of its own. It returns nil where there is no such type.
func decodeUnknown(raw json.RawMessage, knownTypes []string) *Connection {
	var common struct {
		ID     *string `json:"id"`
		Name   *string `json:"name"`
		Region *string `json:"region"`
		State  *string `json:"state"`
		Type   *string `json:"type"`
	}
	if err := json.Unmarshal(raw, &common); err != nil || common.Type == nil || *common.Type == "" ||
		slices.Contains(knownTypes, *common.Type) {
		return nil
	}
	return &Connection{
		StreamsConnection: admin.StreamsConnection{Name: common.Name, Type: common.Type},
		ID:                common.ID,
		Region:            common.Region,
		State:             common.State,
	}
}

// readJSON reads resp into v: JSON, whole and nothing after it.
func (c *Client) readJSON(resp *http.Response, v any) error {
	body, err := c.transport.JSON(resp)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return &transport.ContentError{Reason: "is no listing: it " + c.transport.Clean(explainJSON(err).Error())}
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
	return fmt.Errorf("has an unexpected %s in the field %s", kind, strings.Join(field, "."))
}
