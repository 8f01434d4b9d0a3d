package sandbox

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// unserved are the fields of an object that Atlas never returns, at any depth. It is nil for a field that is returned unchanged.
type unserved struct {
	all    bool
	fields map[string]*unserved
}

// unservedOfConnection are the fields that the schema marks as write-only, and links, which are documented but not returned.
var unservedOfConnection = sync.OnceValue(func() *unserved {
	var document struct {
		Definitions map[string]schemaNode `json:"definitions"`
	}
	if err := json.Unmarshal(schema, &document); err != nil {
		panic(err) // the schema is part of the program
	}
	return document.Definitions["connection"].unserved(document.Definitions)
})

type schemaNode struct {
	Ref        string                `json:"$ref"`
	Properties map[string]schemaNode `json:"properties"`
	WriteOnly  bool                  `json:"writeOnly"`
}

func (n schemaNode) unserved(definitions map[string]schemaNode) *unserved {
	if name, ok := strings.CutPrefix(n.Ref, "#/definitions/"); ok {
		n = definitions[name]
	}
	if n.Properties == nil {
		return nil
	}
	u := &unserved{fields: map[string]*unserved{"links": {all: true}}}
	for name, property := range n.Properties {
		if property.WriteOnly {
			u.fields[name] = &unserved{all: true}
		} else if name != "links" {
			u.fields[name] = property.unserved(definitions)
		}
	}
	return u
}

// asServed returns the connections of a project as Atlas returns them: without unserved fields, without the project of a cluster
// if it is the same project, and with the fields in alphabetical order. It does not change a value that is not an object, which
// a script can list on purpose.
func asServed(projectID string, connections []json.RawMessage) []json.RawMessage {
	list := make([]json.RawMessage, len(connections))
	for i, connection := range connections {
		value := jsontext.Value(bytes.Clone(unservedOfConnection().strip(connection, projectID)))
		if value.Compact(jsontext.ReorderRawObjects(true)) != nil {
			value = jsontext.Value(connection)
		}
		list[i] = json.RawMessage(value)
	}
	return list
}

// strip returns the object without unserved fields, and without the project of a cluster if that is projectID.
func (u *unserved) strip(object json.RawMessage, projectID string) json.RawMessage {
	var fields map[string]json.RawMessage
	if u == nil || json.Unmarshal(object, &fields) != nil || fields == nil {
		return object
	}
	if string(fields["clusterGroupId"]) == `"`+projectID+`"` {
		delete(fields, "clusterGroupId")
	}
	for name, value := range fields {
		if below := u.fields[name]; below == nil {
			continue
		} else if below.all {
			delete(fields, name)
		} else {
			fields[name] = below.strip(value, projectID)
		}
	}
	return encoded(fields)
}
