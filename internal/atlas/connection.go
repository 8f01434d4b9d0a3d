package atlas

import (
	"encoding/json"
	"errors"
)

// Connection is one element of the listing (API schema StreamsConnection): what identifies it, and its JSON. The SDK's
// struct of the same name drops documented fields, so the data sources read all others from the JSON.
type Connection struct {
	// Name is unique within the instance and not empty.
	Name string
	// Type is the kind of connection, such as Kafka; empty if Atlas returns none.
	Type string
	// Raw is the connection as Atlas returned it, a JSON object.
	Raw json.RawMessage
}

// newConnection reads what identifies a connection. Its errors complete the sentence "results[0] …".
func newConnection(raw json.RawMessage) (*Connection, error) {
	var fields map[string]json.RawMessage // not a struct, for which encoding/json would take NAME for name
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, explainJSON(err)
	}
	if fields == nil {
		return nil, errors.New("is null")
	}
	name, err := text(fields, "name")
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, errors.New("has no name")
	}
	typ, err := text(fields, "type")
	if err != nil {
		return nil, err
	}
	return &Connection{Name: name, Type: typ, Raw: raw}, nil
}

// text returns the string in a field, and "" if the field is absent or null.
func text(fields map[string]json.RawMessage, name string) (string, error) {
	raw, ok := fields[name]
	if !ok {
		return "", nil
	}
	var value string
	if err := json.Unmarshal(raw, &value); err != nil {
		return "", unexpected(err, name)
	}
	return value, nil
}
