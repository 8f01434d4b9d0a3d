package sandbox_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
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
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", schemaDocument(t).doc); err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("schema.json").Validate(v)
}

func TestSchemaIsTrueToTheTypes(t *testing.T) {
	t.Parallel()
	s := schemaDocument(t)
	for definition, value := range map[string]any{
		"": sandbox.Data{}, "project": sandbox.Project{}, "instance": sandbox.Instance{}, "answer": sandbox.Answer{},
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
	case reflect.Slice: // Of raw JSON too: links are a list.
		return "array"
	case reflect.Map:
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
	names, descriptions := sandbox.Faults()
	var faults []string
	for _, name := range names {
		faults = append(faults, string(name))
		d := strings.ToLower(descriptions[name][:1]) + descriptions[name][1:]
		if text := s.at(s.doc, "definitions", "instance", "properties", "fault", "description").(string); !strings.Contains(text, d) {
			t.Errorf("the schema does not say that %s", d)
		}
	}
	breaks := []string{
		string(sandbox.Stall), string(sandbox.StallInBody), string(sandbox.Close),
		string(sandbox.CloseInBody), string(sandbox.Reset), string(sandbox.ResetInBody),
	}
	types := slices.Sorted(maps.Keys(readSpec(t).object(readSpec(t).doc, "components", "schemas", "StreamsConnection",
		"x-xgen-discriminator", "mapping")))
	typeChoice := s.at(s.doc, "definitions", "connection", "properties", "type", "anyOf").([]any)[0]
	for what, tc := range map[string]struct {
		want []string
		got  any
	}{
		"faults": {faults, s.at(s.doc, "definitions", "instance", "properties", "fault", "enum")},
		"breaks": {breaks, s.at(s.doc, "definitions", "answer", "properties", "break", "enum")},
		"types":  {types, s.at(typeChoice, "enum")},
	} {
		var got []string
		for _, v := range tc.got.([]any) {
			got = append(got, v.(string))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-code +schema):\n%s", what, diff)
		}
	}
}

func TestSchemaHasTheFieldsOfTheAPI(t *testing.T) {
	t.Parallel()
	api, s := readSpec(t), schemaDocument(t)
	want := fields(api, api.object(api.doc, "components", "schemas", "StreamsConnection"), "")
	got := fields(s, s.object(s.doc, "definitions", "connection"), "")
	// The API's reference has this field, though its OpenAPI description has not.
	want = append(want, "/authentication/httpsCaPem string")
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-API +schema):\n%s", diff)
	}
}

// fields lists the fields of a schema by path and type, but for the links inside of them.
func fields(s spec, schema map[string]any, path string) []string {
	var list []string
	properties, _ := schema["properties"].(map[string]any)
	for name := range properties {
		if path != "" && name == "links" {
			continue
		}
		property := s.object(properties, name)
		line := path + "/" + name + " " + property["type"].(string)
		if property["writeOnly"] == true {
			line += " write-only"
		}
		list = append(append(list, line), fields(s, property, path+"/"+name)...)
	}
	return list
}

func TestSchemaDescribesEverything(t *testing.T) {
	t.Parallel()
	s := schemaDocument(t)
	var walk func(path string, schema map[string]any)
	walk = func(path string, schema map[string]any) {
		if text, _ := schema["description"].(string); !strings.HasSuffix(text, ".") {
			t.Errorf("%s has the description %q", path, text)
		}
		properties, _ := schema["properties"].(map[string]any)
		for name := range properties {
			walk(path+"/"+name, s.object(properties, name))
		}
	}
	walk("", s.object(s.doc))
	for name := range s.object(s.doc, "definitions") {
		walk(name, s.object(s.doc, "definitions", name))
	}
}

func TestSchemaAgreesWithLoad(t *testing.T) {
	t.Parallel()
	in := inInstance
	cases := map[string]struct {
		document string
		valid    bool
	}{
		"nothing":             {`{"projects":{}}`, true},
		"a schema":            {`{"$schema":"schema.json","projects":{}}`, true},
		"a saved listing":     {in(`"links":[{"href":"x","rel":"self"}],"results":[{"name":"a","type":"Sample"}],"totalCount":1`), true},
		"a new type":          {in(`"results":[{"name":"a","type":"New","field":[1]}]`), true},
		"a fault":             {in(`"results":[],"fault":"moving"`), true},
		"a script":            {in(`"results":[],"answers":[{},{"times":-1,"delay":"1m0.5s","break":"stall"},{"status":429}]`), true},
		"no projects":         {`{}`, false},
		"a project's name":    {`{"projects":{"x":{"instances":{}}}}`, false},
		"no instances":        {`{"projects":{"` + projectID + `":{}}}`, false},
		"an unknown field":    {`{"projects":{},"extra":1}`, false},
		"no results":          {in(``), false},
		"no name":             {in(`"results":[{"type":"Sample"}]`), false},
		"an empty name":       {in(`"results":[{"name":"","type":"Sample"}]`), false},
		"no type":             {in(`"results":[{"name":"a"}]`), false},
		"no object":           {in(`"results":[null]`), false},
		"no such fault":       {in(`"results":[],"fault":"x"`), false},
		"a fault and answers": {in(`"results":[],"fault":"slow","answers":[]`), false},
		"a wrong duration":    {in(`"results":[],"answers":[{"delay":"1"}]`), false},
		"a negative duration": {in(`"results":[],"answers":[{"delay":"-1s"}]`), false},
		"a wrong break":       {in(`"results":[],"answers":[{"break":"x"}]`), false},
		"a wrong status":      {in(`"results":[],"answers":[{"status":199}]`), false},
		"a negative page":     {in(`"results":[],"answers":[{"page":-1}]`), false},
		"a negative count":    {in(`"results":[],"answers":[{"totalCount":-1}]`), false},
		"an unknown answer":   {in(`"results":[],"answers":[{"stauts":500}]`), false},
		"an instance's name":  {`{"projects":{"` + projectID + `":{"instances":{"..":{"results":[]}}}}}`, false},
		"a control character": {`{"projects":{"` + projectID + `":{"instances":{"a\u0000":{"results":[]}}}}}`, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := sandbox.Load(strings.NewReader(tc.document)); (err == nil) != tc.valid {
				t.Errorf("Load: %v", err)
			}
			if err := schemaErrors(t, []byte(tc.document)); (err == nil) != tc.valid {
				t.Errorf("schema: %v", err)
			}
		})
	}
}

func TestExamplesFitTheSchema(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range []string{"../../examples/*/connections.json", "../../cmd/atlas-sandbox/testdata/connections.json"} {
		found, err := filepath.Glob(pattern)
		if err != nil || found == nil {
			t.Errorf("%s finds nothing (%v)", pattern, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		document, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := schemaErrors(t, document); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if _, err := sandbox.Load(bytes.NewReader(document)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}
