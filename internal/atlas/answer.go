package atlas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
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

// Resource is a connection or an instance. Data sources decode its fields, because the SDK's models drop documented ones.
type Resource struct {
	// Name is unique within the instance or the project, and never empty.
	Name string
	// Type is the type of a connection, such as Kafka, or empty if Atlas returns none.
	Type string
	// Raw is the JSON object that Atlas returned.
	Raw json.RawMessage
}

// newResource decodes the name and the type of a resource. Its errors complete the sentence "results[0] …".
func newResource(raw json.RawMessage) (*Resource, error) {
	var resource *struct {
		Name text `json:"name"`
		Type text `json:"type"`
	}
	if err := json.Unmarshal(raw, &resource); err != nil {
		return nil, reasonOf(err)
	}
	switch {
	case resource == nil:
		return nil, errors.New("is null")
	case resource.Name == "":
		return nil, errors.New("has no name")
	}
	return &Resource{Name: string(resource.Name), Type: string(resource.Type), Raw: raw}, nil
}

// Fields decodes the fields of the resource. Their names are exact, and numbers are json.Number.
func (r *Resource) Fields() (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(r.Raw))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		return nil, err
	}
	if textOf(fields["name"]) != r.Name || textOf(fields["type"]) != r.Type { // newResource ignored the case of their names
		return nil, errors.New("the field name or type is missing, or is not in lowercase")
	}
	return fields, nil
}

// text is a JSON string, or the text of a number or a boolean. It is empty for any other value.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(raw []byte) error {
	switch raw[0] {
	case '{', '[', 'n':
		return nil
	case '"':
		return json.Unmarshal(raw, (*string)(t))
	}
	*t = text(raw)
	return nil
}

// textOf returns the text of a value that encoding/json decoded.
func textOf(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
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
