package atlas

import (
	"encoding/json"
	"errors"
)

// Resource is a connection or an instance: what identifies it, and its JSON. The SDK's structs drop documented fields, so
// the data sources read all others from the JSON.
type Resource struct {
	// Name is not empty, and unique within the instance or the project.
	Name string
	// Type is the type of a connection, such as Kafka; empty if Atlas returns none.
	Type string
	// Raw is the resource as Atlas returned it, a JSON object.
	Raw json.RawMessage
}

// newResource reads what identifies a resource. Its errors complete the sentence "results[0] …".
func newResource(raw json.RawMessage) (*Resource, error) {
	var resource *struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &resource); err != nil {
		return nil, explainJSON(err)
	}
	switch {
	case resource == nil:
		return nil, errors.New("is null")
	case resource.Name == "":
		return nil, errors.New("has no name")
	}
	return &Resource{Name: resource.Name, Type: resource.Type, Raw: raw}, nil
}
