package sandbox

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// unserved tells what of an object Atlas never returns: some fields, or some of the objects in them. A nil one is of a
// field that is returned as it is.
type unserved struct {
	all    bool
	fields map[string]*unserved
}

// unservedOfConnection is what the schema marks as write-only, and the links that documents list but answers lack.
var unservedOfConnection = sync.OnceValue(func() *unserved {
	var document struct {
		Definitions map[string]schemaNode `json:"definitions"`
	}
	if err := json.Unmarshal(schema, &document); err != nil {
		panic(err) // The schema is part of the program.
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

// asServed returns connections of a project as Atlas returns them: without what it never returns, without the project of a
// cluster if it is the same, and with the fields in alphabetical order. What is not an object passes as it is: a script
// that lists it wants to be wrong.
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

// strip returns the object without what is unserved, and without a cluster's project if it is this one.
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
