package attribute_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
)

// table contains a field of each kind.
var table = attribute.Object{
	"text":    attribute.Text("apiText", ""),
	"bool":    attribute.Bool("apiBool", ""),
	"map":     attribute.TextMap("apiMap", ""),
	"list":    attribute.TextList("apiList", ""),
	"keys":    attribute.Keys("apiKeys", ""),
	"nested":  attribute.Nested("apiNested", "", attribute.Object{"text": attribute.Text("text", ""), "map": attribute.TextMap("map", "")}),
	"objects": attribute.NestedList("apiObjects", "", attribute.Object{"text": attribute.Text("text", "")}),
	"variant": attribute.Variant("kind", "A", attribute.Object{"text": attribute.Text("ofVariant", "")}),
	"json":    attribute.JSON("apiJSON", ""),
	"merged": attribute.Merged("", attribute.Object{"a": attribute.Text("a", ""), "b": attribute.Text("b", "")},
		"first.deep", "second"),
	"derived": attribute.Derived(schema.StringAttribute{}, func(fields map[string]any) (tftypes.Value, error) {
		elements, err := attribute.List("elements", fields)
		return tftypes.NewValue(tftypes.String, fmt.Sprint(elements)), err
	}),
}

func TestValues(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		json, attribute, want string
	}{
		"text":                         {`{"apiText": "a"}`, "text", `"a"`},
		"empty text":                   {`{"apiText": ""}`, "text", `""`},
		"text of a number":             {`{"apiText": 45000}`, "text", `"45000"`},
		"text of another notation":     {`{"apiList": [1e3, 1.0]}`, "list", `["1e3","1.0"]`},
		"text of a large number":       {`{"apiText": 12345678901234567890123}`, "text", `"12345678901234567890123"`},
		"text of a boolean":            {`{"apiText": true}`, "text", `"true"`},
		"text that is null":            {`{"apiText": null}`, "text", `null`},
		"text that is absent":          {`{}`, "text", `null`},
		"name in another case":         {`{"APITEXT": "a", "apitext": {}}`, "text", `null`},
		"boolean":                      {`{"apiBool": false}`, "bool", `false`},
		"boolean that is absent":       {`{}`, "bool", `null`},
		"map":                          {`{"apiMap": {"a": "b", "n": 1, "z": null}}`, "map", `{"a":"b","n":"1","z":null}`},
		"empty map":                    {`{"apiMap": {}}`, "map", `{}`},
		"map that is absent":           {`{}`, "map", `null`},
		"list":                         {`{"apiList": ["b", 1, null, "a"]}`, "list", `["b","1",null,"a"]`},
		"empty list":                   {`{"apiList": []}`, "list", `[]`},
		"list that is absent":          {`{}`, "list", `null`},
		"keys":                         {`{"apiKeys": {"b": {"deep": []}, "a": null}}`, "keys", `["a","b"]`},
		"no keys":                      {`{"apiKeys": {}}`, "keys", `[]`},
		"keys that are absent":         {`{}`, "keys", `[]`},
		"object":                       {`{"apiNested": {"text": "a", "unknown": []}}`, "nested", `{"map":null,"text":"a"}`},
		"empty object":                 {`{"apiNested": {}}`, "nested", `{"map":null,"text":null}`},
		"object that is absent":        {`{}`, "nested", `null`},
		"objects":                      {`{"apiObjects": [{"text": "b"}, null, {}]}`, "objects", `[{"text":"b"},null,{"text":null}]`},
		"objects that are absent":      {`{}`, "objects", `null`},
		"variant":                      {`{"kind": "A", "ofVariant": "a"}`, "variant", `{"text":"a"}`},
		"another variant":              {`{"kind": "B", "ofVariant": {"shape": "of B"}}`, "variant", `null`},
		"JSON":                         {`{"apiJSON": {"z": 1.0, "a": [null]}}`, "json", `"{\"a\":[null],\"z\":1.0}"`},
		"JSON of a string":             {`{"apiJSON": "a"}`, "json", `"\"a\""`},
		"JSON that is null":            {`{"apiJSON": null}`, "json", `null`},
		"merged":                       {`{"first": {"deep": {"a": 1}}, "second": {"a": 2, "b": 2}}`, "merged", `{"a":"1","b":"2"}`},
		"merged without the first":     {`{"first": {"a": 1}, "second": {"b": 2}}`, "merged", `{"a":null,"b":"2"}`},
		"merged of nothing":            {`{"first": {"deep": null}, "second": null}`, "merged", `{"a":null,"b":null}`},
		"derived":                      {`{"elements": [1, 2]}`, "derived", `"[1 2]"`},
		"derived of nothing":           {`{"elements": null}`, "derived", `"[]"`},
		"variant of another JSON type": {`{"kind": ["A"], "ofVariant": "a"}`, "variant", `null`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fields, err := decode([]byte(test.json))
			if err != nil {
				t.Fatal(err)
			}
			values, err := table.Values(fields)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(plain(t, values[test.attribute]))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
			typ, ok := table.TerraformType().(tftypes.Object)
			if !ok || !values[test.attribute].Type().Equal(typ.AttributeTypes[test.attribute]) {
				t.Errorf("%s, want %s", values[test.attribute].Type(), typ.AttributeTypes[test.attribute])
			}
		})
	}
}

func TestShapeErrors(t *testing.T) {
	t.Parallel()
	for json, want := range map[string]string{ //nolint:gosec // no secret is one
		`{"apiText": {"secret": 1}}`:                      "apiText is an object, not a string",
		`{"apiText": ["secret"]}`:                         "apiText is a list, not a string",
		`{"apiBool": "secret"}`:                           "apiBool is a string, not a boolean",
		`{"apiMap": ["secret"]}`:                          "apiMap is a list, not an object",
		`{"apiMap": {"secret": {}}}`:                      "apiMap.* is an object, not a string",
		`{"apiKeys": "secret"}`:                           "apiKeys is a string, not an object",
		`{"apiList": {"0": "secret"}}`:                    "apiList is an object, not a list",
		`{"apiList": [["secret"]]}`:                       "apiList.* is a list, not a string",
		`{"apiNested": 5}`:                                "apiNested is a number, not an object",
		`{"apiNested": {"map": {"secret": [1]}}}`:         "apiNested.map.* is a list, not a string",
		`{"apiObjects": [{"text": {}}]}`:                  "apiObjects.*.text is an object, not a string",
		`{"kind": "A", "ofVariant": true, "apiText": {}}`: "apiText is an object, not a string",
		`{"kind": "A", "ofVariant": []}`:                  "ofVariant is a list, not a string",
		`{"first": "secret", "second": {"a": []}}`:        "first is a string, not an object",
		`{"first": {"deep": ["secret"]}}`:                 "first.deep is a list, not an object",
		`{"first": {"deep": {"a": ["secret"]}}}`:          "first.deep.a is a list, not a string",
		`{"second": {"b": {"secret": 1}}}`:                "second.b is an object, not a string",
		`{"elements": {"secret": 1}}`:                     "elements is an object, not a list",
	} {
		t.Run(json, func(t *testing.T) {
			t.Parallel()
			for range 20 { // the order of a map varies
				fields, err := decode([]byte(json))
				if err != nil {
					t.Fatal(err)
				}
				if _, err = table.Values(fields); err == nil || err.Error() != want {
					t.Fatalf("%v, want %s", err, want)
				}
			}
		})
	}
}

func TestTheFirstWrongFieldIsReported(t *testing.T) {
	t.Parallel()
	fields, err := decode([]byte(`{"apiText": [], "apiMap": 5, "apiNested": {"text": [], "map": []}, "apiBool": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := table.Values(fields); err == nil || err.Error() != "apiBool is a number, not a boolean" {
			t.Fatalf("%v, want the field whose name comes first", err)
		}
	}
}

func FuzzValues(f *testing.F) {
	for _, seed := range []string{
		`{"apiText": 1e400, "apiMap": {"": null}, "apiList": [true], "apiKeys": {"\ud800": 1}, "kind": "A"}`,
		`{"apiNested": {"map": {"a": {}}}, "apiObjects": [null]}`, `{"first": {"deep": {"a": 1}}, "apiJSON": [{}]}`, `null`, `{}`, `[]`,
	} {
		f.Add([]byte(seed))
	}
	typ := table.TerraformType()
	f.Fuzz(func(t *testing.T, object []byte) {
		fields, err := decode(object)
		if err != nil {
			return
		}
		if values, err := table.Values(fields); err == nil {
			if err := tftypes.ValidateValue(typ, values); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// decode returns the fields of a JSON object, with numbers as json.Number.
func decode(object []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	decoder.UseNumber()
	var fields map[string]any
	err := decoder.Decode(&fields)
	return fields, err
}

// plain returns v as a value for encoding/json.
func plain(t *testing.T, v tftypes.Value) any {
	t.Helper()
	var (
		text     string
		yes      bool
		elements []tftypes.Value
		named    map[string]tftypes.Value
	)
	switch {
	case v.IsNull():
		return nil
	case v.As(&text) == nil:
		return text
	case v.As(&yes) == nil:
		return yes
	case v.As(&elements) == nil:
		list := []any{}
		for _, element := range elements {
			list = append(list, plain(t, element))
		}
		return list
	case v.As(&named) == nil:
		object := map[string]any{}
		for name, value := range named {
			object[name] = plain(t, value)
		}
		return object
	}
	t.Fatalf("%s", v)
	return nil
}
