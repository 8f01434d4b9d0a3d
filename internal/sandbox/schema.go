package sandbox

import (
	"bytes"
	_ "embed" // for the schema
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:generate go run ./schemagen
//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft 7) of the document that Load reads.
func Schema() []byte { return slices.Clone(schema) }

// compiled is the schema in the forms that Load uses.
type compiled struct {
	document  any                // as written
	published *jsonschema.Schema // accepts everything that the sandbox serves
	strict    *jsonschema.Schema // accepts only documented fields and types of connections
}

var compile = sync.OnceValue(func() compiled {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		panic("sandbox: schema.json: " + err.Error())
	}
	return compiled{document, validator(document), validator(closed(document))}
})

func validator(document any) *jsonschema.Schema {
	const name = "memory:///schema.json"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, document); err != nil {
		panic("sandbox: schema.json: " + err.Error())
	}
	return c.MustCompile(name)
}

// closed returns a copy of a schema that does not accept what Atlas may add: other fields of an object with documented fields,
// and other values than the listed ones, for which the schema has the empty alternative {}.
func closed(part any) any {
	switch part := part.(type) {
	case map[string]any:
		object := make(map[string]any, len(part)+1)
		for keyword, value := range part {
			object[keyword] = closed(value)
		}
		_, described := object["properties"].(map[string]any)
		if _, decided := object["additionalProperties"]; described && !decided {
			object["additionalProperties"] = false
		}
		return object
	case []any:
		var list []any
		for _, value := range part {
			if alternative, ok := value.(map[string]any); !ok || len(alternative) > 0 {
				list = append(list, closed(value))
			}
		}
		return list
	default:
		return part
	}
}

// part returns the part of the schema at schemaURL, from an error of the validator.
func (c compiled) part(schemaURL string) map[string]any {
	location, err := url.Parse(schemaURL)
	if err != nil {
		return nil
	}
	part := c.document
	for token := range jsontext.Pointer(location.Fragment).Tokens() {
		switch parent := part.(type) {
		case map[string]any:
			part = parent[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i >= len(parent) {
				return nil
			}
			part = parent[i]
		}
	}
	object, _ := part.(map[string]any)
	return object
}
