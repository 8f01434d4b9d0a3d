package sandbox_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// spec is the part of MongoDB's OpenAPI description that the sandbox serves.
type spec struct {
	t   *testing.T
	doc any
}

func readSpec(t *testing.T) spec {
	t.Helper()
	file, err := os.Open("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	doc, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	return spec{t, doc}
}

// at returns the value at the path keys below v, and follows references.
func (s spec) at(v any, keys ...string) any {
	s.t.Helper()
	for _, key := range keys {
		next, ok := s.resolved(v).(map[string]any)[key]
		if !ok {
			s.t.Fatalf("the description has no %s of %q", key, keys)
		}
		v = next
	}
	return s.resolved(v)
}

func (s spec) resolved(v any) any {
	object, _ := v.(map[string]any)
	ref, ok := object["$ref"].(string)
	if !ok {
		return v
	}
	return s.at(s.doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
}

func (s spec) object(v any, keys ...string) map[string]any {
	s.t.Helper()
	return as[map[string]any](s.t, s.at(v, keys...))
}

func (s spec) text(v any, keys ...string) string {
	s.t.Helper()
	return as[string](s.t, s.at(v, keys...))
}

func (s spec) texts(v any, keys ...string) []string {
	s.t.Helper()
	var texts []string
	for _, item := range as[[]any](s.t, s.at(v, keys...)) {
		texts = append(texts, as[string](s.t, item))
	}
	return texts
}

func as[T any](t *testing.T, v any) T {
	t.Helper()
	typed, ok := v.(T)
	if !ok {
		t.Fatalf("%v is a %T, not a %T", v, v, typed)
	}
	return typed
}

// validate validates a JSON document with the schema that ref refers to.
func (s spec) validate(ref, document string) {
	s.t.Helper()
	// A name without a scheme would be that of a file, and the folder may have a space in its name.
	const name = "memory:///openapi.json"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, s.doc); err != nil {
		s.t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		s.t.Fatalf("%v\n%s", err, document)
	}
	if err := c.MustCompile(name + ref).Validate(v); err != nil {
		s.t.Errorf("%v\n%s", err, document)
	}
}

// connection returns a connection of a type with every documented field. If served is true, it has no write-only fields, and no
// links, which Atlas documents but does not return.
func (s spec) connection(typeName string, fields []string, served bool) json.RawMessage {
	schema := s.object(s.doc, "components", "schemas", "StreamsConnection")
	example := as[map[string]any](s.t, s.example(schema, served))
	for field := range example {
		if !slices.Contains(fields, field) {
			delete(example, field)
		}
	}
	example["type"] = typeName
	example["name"] = typeName
	raw, err := json.Marshal(example)
	if err != nil {
		s.t.Fatal(err)
	}
	return raw
}

func (s spec) example(schema map[string]any, served bool) any {
	properties, _ := schema["properties"].(map[string]any)
	switch {
	case schema["type"] == "array":
		return []any{s.example(s.object(schema, "items"), served)}
	case schema["type"] == "boolean":
		return true
	case schema["type"] == "object" && properties == nil:
		if schema["additionalProperties"] == nil {
			return map[string]any{}
		}
		return map[string]any{"key": s.example(s.object(schema, "additionalProperties"), served)}
	case schema["type"] == "object":
		object := map[string]any{}
		for name, property := range properties {
			p := s.object(property)
			if !served || p["writeOnly"] != true && name != "links" {
				object[name] = s.example(p, served)
			}
		}
		return object
	case schema["pattern"] == "^arn:aws:kafka":
		return "arn:aws:kafka:example"
	case schema["pattern"] != nil:
		return strings.Repeat("a", 24)
	default:
		return "text"
	}
}
