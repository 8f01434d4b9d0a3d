package sandbox_test

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func schemaDocument(t *testing.T) spec {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(sandbox.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	return spec{t, doc}
}

func schemaErrors(t *testing.T, document []byte) error {
	t.Helper()
	const name = "memory:///schema.json"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, schemaDocument(t).doc); err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return c.MustCompile(name).Validate(v)
}

func TestSchemaIsTrueToTheTypes(t *testing.T) {
	t.Parallel()
	s := schemaDocument(t)
	for definition, value := range map[string]any{
		"": sandbox.Data{}, "project": sandbox.Project{}, "StreamsTenant": sandbox.Instance{}, "answer": sandbox.Answer{},
		"StreamsDataProcessRegion": sandbox.Region{}, "StreamConfig": sandbox.StreamConfig{},
		"StreamsSampleConnections": sandbox.SampleConnections{},
	} {
		schema := s.object(s.doc)
		if definition != "" {
			schema = s.object(s.doc, "definitions", definition)
		}
		if schema["additionalProperties"] != false {
			t.Errorf("%q allows fields that Load does not", definition)
		}
		want, got := map[string]string{}, map[string]string{}
		for field := range reflect.TypeOf(value).Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			want[name] = jsonType(t, field.Type)
		}
		for name := range s.object(schema, "properties") {
			got[name], _ = s.object(schema, "properties", name)["type"].(string)
			if list, ok := s.object(schema, "properties", name)["type"].([]any); ok { // the other one is null
				got[name], _ = list[0].(string)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("fields of %q (-type +schema):\n%s", definition, diff)
		}
	}
}

func jsonType(t *testing.T, of reflect.Type) string {
	t.Helper()
	if of == reflect.TypeFor[sandbox.Duration]() {
		return "string"
	}
	switch of.Kind() {
	case reflect.Pointer:
		return jsonType(t, of.Elem())
	case reflect.Slice: // raw JSON, too: links are a list
		return "array"
	case reflect.Map, reflect.Struct:
		return "object"
	case reflect.String:
		return "string"
	case reflect.Int:
		return "integer"
	case reflect.Bool:
		return "boolean"
	default:
		t.Fatalf("no JSON type for %s", of)
		return ""
	}
}

func TestSchemaListsWhatHasAName(t *testing.T) {
	t.Parallel()
	s := schemaDocument(t)
	fault := s.object(s.doc, "definitions", "StreamsTenant", "properties", "fault")
	names, descriptions := sandbox.Faults()
	var faults []string
	for _, name := range names {
		faults = append(faults, string(name))
		d := strings.ToLower(descriptions[name][:1]) + descriptions[name][1:]
		if !strings.Contains(s.text(fault, "description"), "`"+string(name)+"`: "+d) {
			t.Errorf("the schema does not say that %s", d)
		}
	}
	breaks := []string{
		string(sandbox.Stall), string(sandbox.StallInBody), string(sandbox.Close),
		string(sandbox.CloseInBody), string(sandbox.Reset), string(sandbox.ResetInBody),
	}
	types := slices.Sorted(maps.Keys(readSpec(t).object(readSpec(t).doc, "components", "schemas", "StreamsConnection",
		"x-xgen-discriminator", "mapping")))
	typeChoices := as[[]any](t, s.at(s.doc, "definitions", "StreamsConnection", "properties", "type", "anyOf"))
	for what, tc := range map[string]struct {
		want, got []string
	}{
		"faults": {faults, s.texts(fault, "enum")},
		"breaks": {breaks, s.texts(s.doc, "definitions", "answer", "properties", "break", "enum")},
		"types":  {types, s.texts(typeChoices[0], "enum")},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s (-code +schema):\n%s", what, diff)
		}
	}
}

func TestSchemaHasTheFieldsOfTheAPI(t *testing.T) {
	t.Parallel()
	api, s := readSpec(t), schemaDocument(t)
	want := fields(api, api.object(api.doc, "components", "schemas", "StreamsConnection"), "")
	got := fields(s, s.object(s.doc, "definitions", "StreamsConnection"), "")
	// This field is in the reference of the API, but not in its OpenAPI description.
	want = append(want, "/authentication/httpsCaPem string")
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-API +schema):\n%s", diff)
	}
}

func TestSchemaHasTheFieldsOfAnInstance(t *testing.T) {
	t.Parallel()
	api, s := readSpec(t), schemaDocument(t)
	want := fields(api, api.object(api.doc, "components", "schemas", "StreamsTenant"), "")
	want = slices.DeleteFunc(want, func(line string) bool { return strings.HasPrefix(line, "/connections") }) // they are results
	want = append(want, "/answers array", "/fault string", "/processors array", "/results array", "/totalCount integer")
	got := fields(s, s.object(s.doc, "definitions", "StreamsTenant"), "")
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-API +schema):\n%s", diff)
	}
}

// fields lists the fields of a schema by path and type, except those of links.
func fields(s spec, schema map[string]any, path string) []string {
	var list []string
	properties := propertiesOf(s, schema)
	for name := range properties {
		if path != "" && name == "links" {
			continue
		}
		property := s.object(properties, name)
		line := path + "/" + name + " " + s.text(property, "type")
		if property["writeOnly"] == true {
			line += " write-only"
		}
		list = append(append(list, line), fields(s, property, path+"/"+name)...)
	}
	return list
}

// propertiesOf returns the properties of a schema, including those that depend on the type of a connection.
func propertiesOf(s spec, schema map[string]any) map[string]any {
	properties, _ := schema["properties"].(map[string]any)
	properties = maps.Clone(properties)
	rules, _ := schema["allOf"].([]any)
	for _, rule := range rules {
		if s.object(rule)["then"] != nil {
			maps.Copy(properties, s.object(rule, "then", "properties"))
		}
	}
	return properties
}

func TestSchemaHasTheFieldsOfProcessorsAndPrivateLinks(t *testing.T) {
	t.Parallel()
	api, s := readSpec(t), schemaDocument(t)
	for _, name := range []string{"StreamsProcessorWithStats", "StreamsPrivateLinkConnection"} {
		want := fields(api, api.object(api.doc, "components", "schemas", name), "")
		got := fields(s, s.object(s.doc, "definitions", name), "")
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || len(got) < 9 {
			t.Errorf("fields of %s (-API +schema):\n%s", name, diff)
		}
	}
}

// The API's own fields have no description, because their names are those of MongoDB's documentation.
func TestSchemaDescribesWhatTheSandboxAdds(t *testing.T) {
	t.Parallel()
	api, s := readSpec(t), schemaDocument(t)
	described := api.object(api.doc, "components", "schemas")
	count := 0
	var walk func(path string, schema map[string]any)
	walk = func(path string, schema map[string]any) {
		count++
		if text, _ := schema["description"].(string); !strings.HasSuffix(text, ".") {
			t.Errorf("%s has the description %q", path, text)
		}
		properties := propertiesOf(s, schema)
		for name := range properties {
			walk(path+"/"+name, s.object(properties, name))
		}
	}
	walk("", s.object(s.doc))
	for name := range s.object(s.doc, "definitions") {
		definition := s.object(s.doc, "definitions", name)
		if described[name] == nil {
			walk(name, definition)
			continue
		}
		known, _ := api.object(described, name)["properties"].(map[string]any)
		properties := propertiesOf(s, definition)
		for field := range properties {
			if known[field] == nil {
				walk(name+"/"+field, s.object(properties, field))
			}
		}
	}
	if count < 30 {
		t.Errorf("found only %d fields", count)
	}
}
