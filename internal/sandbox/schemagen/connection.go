package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

type object = map[string]any

// connectionSchema returns the schema of a connection. It lists the known types, but also accepts types and fields that Atlas may
// add. It describes a field only for the types that have it, because a new type may have a field of the same name.
func connectionSchema(description []byte) (object, error) {
	var api openAPI
	if err := json.Unmarshal(description, &api); err != nil {
		return nil, err
	}
	connection := api.Components.Schemas["StreamsConnection"]
	if connection == nil || connection.Discriminator.Mapping == nil {
		return nil, errors.New("it has no StreamsConnection with types")
	}
	if kafka := api.Components.Schemas["StreamsKafkaAuthentication"]; kafka != nil {
		kafka.Properties["httpsCaPem"] = &apiSchema{Type: "string"} // documented only in the reference of the API
	}
	typesOf := map[string][]string{}
	types := slices.Sorted(maps.Keys(connection.Discriminator.Mapping))
	for _, name := range types {
		for _, field := range connection.Discriminator.Mapping[name].Properties {
			typesOf[field] = append(typesOf[field], name)
		}
	}
	properties, err := api.properties(connection, nil, typesOf)
	if err != nil {
		return nil, err
	}
	for field, more := range map[string]object{
		"name": {"minLength": 1},
		"type": {"minLength": 1, "anyOf": []object{{"enum": types}, {}}},
	} {
		property, ok := properties[field].(object)
		if !ok {
			return nil, fmt.Errorf("StreamsConnection has no %s", field)
		}
		maps.Copy(property, more)
	}
	var rules []object
	for _, name := range types {
		own := maps.Clone(properties)
		maps.DeleteFunc(own, func(field string, _ any) bool { return !slices.Contains(typesOf[field], name) })
		rules = append(rules, object{
			"if":   object{"properties": object{"type": object{"const": name}}},
			"then": object{"properties": own},
		})
	}
	maps.DeleteFunc(properties, func(field string, _ any) bool { return typesOf[field] != nil })
	return object{
		"type":        "object",
		"description": "Connection as the Atlas API returns it. Fields that are not described here are served, too.",
		"required":    []string{"name", "type"},
		"properties":  properties,
		"allOf":       rules,
	}, nil
}

// properties returns the schemas of the fields of an object. typesOf contains the types of connections that have a field.
func (a *openAPI) properties(of *apiSchema, path []string, typesOf map[string][]string) (object, error) {
	properties := object{}
	for name, property := range of.Properties {
		at := append(slices.Clone(path), name)
		resolved, err := a.resolve(property)
		if err != nil {
			return nil, err
		}
		schema, err := a.schema(resolved, at, typesOf)
		if err != nil {
			return nil, err
		}
		schema["description"] = describe(at, typesOf[at[0]], resolved.WriteOnly)
		if resolved.WriteOnly {
			schema["writeOnly"] = true
		}
		properties[name] = schema
	}
	return properties, nil
}

// schema returns the schema of a value, without its description.
func (a *openAPI) schema(of *apiSchema, path []string, typesOf map[string][]string) (object, error) {
	of, err := a.resolve(of)
	if err != nil {
		return nil, err
	}
	schema := object{}
	if of.Type != "" {
		schema["type"] = of.Type
	}
	if of.Pattern != "" {
		schema["pattern"] = of.Pattern
	}
	if of.MaxItems > 0 {
		schema["maxItems"] = of.MaxItems
	}
	if of.UniqueItems {
		schema["uniqueItems"] = true
	}
	switch {
	case path[len(path)-1] == "links":
		schema["items"] = object{"type": "object"}
	case of.Items != nil:
		schema["items"], err = a.schema(of.Items, path, typesOf)
	case of.Properties != nil:
		schema["properties"], err = a.properties(of, path, typesOf)
	case of.AdditionalProperties != nil:
		schema["additionalProperties"], err = a.schema(of.AdditionalProperties, append(slices.Clone(path), "*"), typesOf)
	}
	return schema, err
}

// openAPI is the part of the description of the API that the schema depends on.
type openAPI struct {
	Components struct {
		Schemas map[string]*apiSchema `json:"schemas"`
	} `json:"components"`
}

type apiSchema struct {
	Ref                  string                `json:"$ref"`
	Type                 string                `json:"type"`
	Pattern              string                `json:"pattern"`
	MaxItems             int                   `json:"maxItems"`
	UniqueItems          bool                  `json:"uniqueItems"`
	WriteOnly            bool                  `json:"writeOnly"`
	Properties           map[string]*apiSchema `json:"properties"`
	Items                *apiSchema            `json:"items"`
	AdditionalProperties *apiSchema            `json:"additionalProperties"`
	Discriminator        struct {
		Mapping map[string]struct {
			Properties []string `json:"properties"`
		} `json:"mapping"`
	} `json:"x-xgen-discriminator"`
}

// UnmarshalJSON also accepts true and false, the schemas that accept everything and nothing.
func (s *apiSchema) UnmarshalJSON(text []byte) error {
	if string(text) == "true" || string(text) == "false" {
		return nil
	}
	type plain apiSchema
	return json.Unmarshal(text, (*plain)(s))
}

// resolve returns the schema that s refers to, or s itself.
func (a *openAPI) resolve(s *apiSchema) (*apiSchema, error) {
	if s.Ref == "" {
		return s, nil
	}
	found := a.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	if found == nil {
		return nil, fmt.Errorf("%s leads nowhere", s.Ref)
	}
	return a.resolve(found)
}
