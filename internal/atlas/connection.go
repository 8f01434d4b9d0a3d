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
	var connection *struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &connection); err != nil {
		return nil, explainJSON(err)
	}
	switch {
	case connection == nil:
		return nil, errors.New("is null")
	case connection.Name == "":
		return nil, errors.New("has no name")
	}
	return &Connection{Name: connection.Name, Type: connection.Type, Raw: raw}, nil
}
