package atlas

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Resource is something that Atlas lists, such as a connection. Data sources decode its fields, because the SDK's models drop
// documented ones.
type Resource struct {
	// ID is the field _id or id, or empty if Atlas returns none. Names can repeat, IDs cannot.
	ID string
	// Name is the name in Unicode normalization form C, as Terraform shows it. It is empty for a resource without a name.
	Name string
	// Type is the type of a connection, such as Kafka, or empty.
	Type string
	// Raw is the JSON object that Atlas returned.
	Raw json.RawMessage

	spelling string // the name as Atlas returned it
}

// newResource returns the resource in raw. Its errors complete the sentence "results[0] …".
func newResource(raw json.RawMessage) (*Resource, error) {
	var fields map[string]text // a struct would also take a field NAME for name
	switch err := json.Unmarshal(raw, &fields); {
	case err != nil:
		return nil, reasonOf(err)
	case fields == nil:
		return nil, errors.New("is null")
	}
	r := &Resource{
		ID:       string(cmp.Or(fields["_id"], fields["id"])),
		Type:     string(fields["type"]),
		Raw:      raw,
		spelling: string(fields["name"]),
	}
	r.Name = norm.NFC.String(r.spelling)
	if strings.ContainsFunc(string(fields["_id"]+fields["id"]), isControl) {
		return nil, errors.New("has control characters in its ID") // Terraform prints an ID raw
	}
	return r, nil
}

func notJSON(err error) error { return fmt.Errorf("is not valid JSON: %w", err) }

// isControl reports whether a terminal could take r for a command.
func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

// Fields decodes the fields of the resource. Their names are exact, and numbers are json.Number.
func (r *Resource) Fields() (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(r.Raw))
	decoder.UseNumber()
	var fields map[string]any
	err := decoder.Decode(&fields)
	return fields, err
}

// State returns the field state, such as READY, or "" if it is not a string.
func (r *Resource) State() string {
	fields, _ := r.Fields()
	return jsonObject(fields).text("state")
}

// identity identifies a resource within its listing: by its ID or, if it has none, by its name.
func (r *Resource) identity() string {
	if r.ID != "" {
		return "id " + r.ID
	}
	return "name " + r.spelling
}

// label returns what names the resource for a person.
func (r *Resource) label() string {
	if r.Name != "" {
		return r.Name
	}
	return r.ID
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
