package sandbox

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// The definitions of what is listed.
const (
	connectionDefinition  = "StreamsConnection"
	processorDefinition   = "StreamsProcessorWithStats"
	privateLinkDefinition = "StreamsPrivateLinkConnection"
)

// schemaNode is what the schema says about a value.
type schemaNode struct {
	Ref        string                          `json:"$ref"`
	Properties map[string]*schemaNode          `json:"properties"`
	WriteOnly  bool                            `json:"writeOnly"`
	Const      string                          `json:"const"`
	Enum       []string                        `json:"enum"`
	AnyOf      []schemaNode                    `json:"anyOf"`
	AllOf      []struct{ If, Then schemaNode } `json:"allOf"`
}

// definitions are the schemas that the schema refers to, by name.
var definitions = sync.OnceValue(func() map[string]*schemaNode {
	var document struct {
		Definitions map[string]*schemaNode `json:"definitions"`
	}
	schema, _ := compiled()
	if err := json.Unmarshal(encoded(schema), &document); err != nil {
		panic(err) // the schema is part of the program
	}
	return document.Definitions
})

// fields returns the known fields of a value, or nil if it is not an object with known fields.
func (n *schemaNode) fields() map[string]*schemaNode {
	if n == nil {
		return nil
	}
	if name, ok := strings.CutPrefix(n.Ref, "#/definitions/"); ok {
		return definitions()[name].fields()
	}
	return n.Properties
}

// connectionTypes returns the types of connections that the schema describes.
func connectionTypes() []string {
	return definitions()[connectionDefinition].Properties["type"].AnyOf[0].Enum
}

// connectionFields returns the fields that connections of these types have.
func connectionFields(types ...string) map[string]*schemaNode {
	connection := definitions()[connectionDefinition]
	fields := maps.Clone(connection.Properties)
	for _, rule := range connection.AllOf {
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
func strip(value json.RawMessage, known map[string]*schemaNode, projectID string) json.RawMessage {
	var fields map[string]json.RawMessage
	if known == nil || json.Unmarshal(value, &fields) != nil || fields == nil {
		return value
	}
	if string(fields["clusterGroupId"]) == `"`+projectID+`"` {
		delete(fields, "clusterGroupId")
	}
	delete(fields, "links") // documented, but not returned
	for name, value := range fields {
		if field := known[name]; field != nil && field.WriteOnly {
			delete(fields, name)
		} else {
			fields[name] = strip(value, field.fields(), projectID)
		}
	}
	return encoded(fields)
}

// completed returns processors or private links as Atlas returns them: without the fields that it never returns, and with those
// that the data leaves out. It does not change a value that is not an object.
func completed(
	list []json.RawMessage, definition string, missing func(i int, result json.RawMessage) map[string]any,
) []json.RawMessage {
	served := make([]json.RawMessage, len(list))
	for i, result := range list {
		served[i] = strip(result, definitions()[definition].fields(), "")
		var fields map[string]json.RawMessage
		if json.Unmarshal(served[i], &fields) != nil || fields == nil {
			continue
		}
		for name, value := range missing(i, result) {
			if _, ok := fields[name]; !ok {
				fields[name] = encoded(value)
			}
		}
		served[i] = encoded(fields)
	}
	return served
}
