package atlas

import (
	"encoding/json"
	"errors"
)

// Resource is a connection or an instance. The data sources decode all other fields from Raw, because the models of the SDK
// drop documented ones.
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
