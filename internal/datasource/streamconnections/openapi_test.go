package streamconnections_test

import (
	"encoding/json"
	"os"
	"path"
	"testing"
)

// openAPI is the part of an OpenAPI document that the tests use.
type openAPI struct {
	Components struct {
		Schemas map[string]openAPISchema `json:"schemas"`
	} `json:"components"`
}

type openAPISchema struct {
	Properties    map[string]openAPIProperty `json:"properties"`
	Discriminator struct {
		Mapping map[string]struct {
			Properties []string `json:"properties"`
		} `json:"mapping"`
	} `json:"x-xgen-discriminator"`
}

type openAPIProperty struct {
	Ref                  string          `json:"$ref"`
	Type                 string          `json:"type"`
	WriteOnly            bool            `json:"writeOnly"`
	AdditionalProperties json.RawMessage `json:"additionalProperties"`
}

// readOpenAPI reads the description of the API, which the tests of the sandbox use, too.
func readOpenAPI(t *testing.T) openAPI {
	t.Helper()
	content, err := os.ReadFile("../../sandbox/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var api openAPI
	if err := json.Unmarshal(content, &api); err != nil {
		t.Fatal(err)
	}
	return api
}

// isMap reports whether a field is a map, whose keys are data.
func (api openAPI) isMap(field string) bool {
	for _, schema := range api.Components.Schemas {
		if schema.Properties[field].AdditionalProperties != nil {
			return true
		}
	}
	return false
}

// missing returns the paths of the documented fields of property that are not in value. name is the path of property.
func (api openAPI) missing(name string, property openAPIProperty, value any) []string {
	switch {
	case property.WriteOnly, path.Base(name) == "links":
		return nil
	case value == nil:
		return []string{name}
	case property.Ref == "":
		return nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return []string{name}
	}
	var missing []string
	for field, p := range api.Components.Schemas[path.Base(property.Ref)].Properties {
		missing = append(missing, api.missing(name+"/"+field, p, fields[field])...)
	}
	return missing
}
