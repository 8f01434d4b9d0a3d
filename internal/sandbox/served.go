package sandbox

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// schemaNode is what the schema says about a connection, or about a value in it.
type schemaNode struct {
	Properties map[string]schemaNode           `json:"properties"`
	WriteOnly  bool                            `json:"writeOnly"`
	Const      string                          `json:"const"`
	Enum       []string                        `json:"enum"`
	AnyOf      []schemaNode                    `json:"anyOf"`
	AllOf      []struct{ If, Then schemaNode } `json:"allOf"`
}

var connectionSchema = sync.OnceValue(func() schemaNode {
	var document struct {
		Definitions struct {
			Connection schemaNode `json:"connection"`
		} `json:"definitions"`
	}
	if err := json.Unmarshal(schema, &document); err != nil {
		panic(err) // the schema is part of the program
	}
	return document.Definitions.Connection
})

// connectionTypes returns the types of connections that the schema describes.
func connectionTypes() []string { return connectionSchema().Properties["type"].AnyOf[0].Enum }

// connectionFields returns the fields that connections of these types have.
func connectionFields(types ...string) map[string]schemaNode {
	fields := maps.Clone(connectionSchema().Properties)
	for _, rule := range connectionSchema().AllOf {
		if slices.Contains(types, rule.If.Properties["type"].Const) {
			maps.Copy(fields, rule.Then.Properties)
		}
	}
	return fields
}

// asServed returns the connections of a project as Atlas returns them: without the fields that it never returns, without the
// project of a cluster if it is the same project, and with the fields in alphabetical order. It does not change a value that is
// not an object, which a script can list on purpose.
func asServed(projectID string, connections []json.RawMessage) []json.RawMessage {
	fields := connectionFields(connectionTypes()...)
	list := make([]json.RawMessage, len(connections))
	for i, connection := range connections {
		value := jsontext.Value(bytes.Clone(strip(connection, fields, projectID)))
		if value.Compact(jsontext.ReorderRawObjects(true)) != nil {
			value = jsontext.Value(connection)
		}
		list[i] = json.RawMessage(value)
	}
	return list
}

// strip returns an object without the fields that Atlas never returns, at any depth, and without the project of a cluster if that
// is projectID. It does not change a value that is not an object with known fields.
func strip(value json.RawMessage, known map[string]schemaNode, projectID string) json.RawMessage {
	var fields map[string]json.RawMessage
	if known == nil || json.Unmarshal(value, &fields) != nil || fields == nil {
		return value
	}
	if string(fields["clusterGroupId"]) == `"`+projectID+`"` {
		delete(fields, "clusterGroupId")
	}
	delete(fields, "links") // documented, but not returned
	for name, value := range fields {
		if known[name].WriteOnly {
			delete(fields, name)
		} else {
			fields[name] = strip(value, known[name].Properties, projectID)
		}
	}
	return encoded(fields)
}
