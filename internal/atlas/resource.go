package atlas

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"strconv"

	"golang.org/x/text/unicode/norm"
)

// Resource is a connection, an instance, a processor, or a private link. Data sources decode its fields, because the SDK's models
// drop documented ones.
type Resource struct {
	// ID is the ID, or empty if Atlas returns none.
	ID string
	// Name is the name in NFC. It is empty only for a private link.
	Name string
	// Type is the type of a connection, such as Kafka, or empty if Atlas returns none.
	Type string
	// Raw is the JSON object that Atlas returned.
	Raw json.RawMessage
}

// newResource decodes the ID, the name, and the type of a resource. Its errors complete the sentence "results[0] …".
func newResource(raw json.RawMessage) (*Resource, error) {
	var resource *struct {
		ID           text `json:"id"`
		UnderscoreID text `json:"_id"`
		Name         text `json:"name"`
		Type         text `json:"type"`
	}
	if err := json.Unmarshal(raw, &resource); err != nil {
		return nil, reasonOf(err)
	}
	switch {
	case resource == nil:
		return nil, errors.New("is null")
	case resource.Name == "" && resource.UnderscoreID == "": // a private link has no name
		return nil, errors.New("has no name")
	}
	return &Resource{
		ID: string(cmp.Or(resource.ID, resource.UnderscoreID)), Name: norm.NFC.String(string(resource.Name)), Type: string(resource.Type),
		Raw: raw,
	}, nil
}

// identity returns what identifies the resource in a listing.
func (r *Resource) identity() string { return cmp.Or(r.ID, r.Name) }

// Fields decodes the fields of the resource. Their names are exact, and numbers are json.Number.
func (r *Resource) Fields() (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(r.Raw))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		return nil, err
	}
	if norm.NFC.String(textOf(fields["name"])) != r.Name || textOf(fields["type"]) != r.Type { // newResource ignored the case of their names
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
