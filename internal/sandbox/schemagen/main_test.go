package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readAPI(t *testing.T) []byte {
	t.Helper()
	api, err := os.ReadFile("../testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func TestSchemaIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := generate(readAPI(t))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("schema.json is stale: run 'go generate ./internal/sandbox' and commit what it writes (-generated +file):\n%s",
			cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")))
	}
}

// TestANewTypeIsOnlyInTheAPI adds a type only to the description of the API.
func TestANewTypeIsOnlyInTheAPI(t *testing.T) {
	t.Parallel()
	connection := generated(t, `{
		"StreamsConnection": {
			"properties": {
				"name": {"type": "string"}, "type": {"type": "string"}, "shard": {"type": "integer"},
				"brokerUrl": {"type": "string"}, "tls": {"$ref": "#/components/schemas/Tls"},
				"sessionProperties": {"type": "object", "additionalProperties": {"type": "string"}},
				"topics": {"type": "array", "items": {"type": "string", "pattern": "^t"}, "maxItems": 2, "uniqueItems": true},
				"extra": {"type": "object", "additionalProperties": true}, "links": {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
			},
			"x-xgen-discriminator": {"mapping": {
				"MqttBroker": {"properties": ["brokerUrl", "sessionProperties", "tls", "topics", "extra"]},
				"Amqp": {"properties": ["brokerUrl", "tls"]}
			}}
		},
		"Tls": {"type": "object", "properties": {"caPem": {"type": "string"}, "key": {"type": "string", "writeOnly": true}}}
	}`)
	var want object
	if err := json.Unmarshal([]byte(`{
		"name": {"description": "Name of the connection, unique in its instance.", "minLength": 1, "type": "string"},
		"type": {
			"description": "Type of the connection. Types that Atlas does not have yet are served, too.",
			"minLength": 1, "type": "string", "anyOf": [{"enum": ["Amqp", "MqttBroker"]}, {}]
		},
		"shard": {"description": "Field `+"`shard`"+` of any connection.", "type": "integer"},
		"brokerUrl": {"if": ["Amqp", "MqttBroker"], "description": "For `+"`Amqp` and `MqttBroker`"+`.", "type": "string"},
		"tls": {"if": ["Amqp", "MqttBroker"], "description": "For `+"`Amqp` and `MqttBroker`"+`.", "type": "object", "properties": {
			"caPem": {"description": "Field `+"`caPem` of `tls`"+`.", "type": "string"},
			"key": {
				"description": "Field `+"`key` of `tls`"+`. Atlas never returns it, and the sandbox does not serve it.",
				"type": "string", "writeOnly": true
			}
		}},
		"sessionProperties": {
			"if": ["MqttBroker"], "description": "For `+"`MqttBroker`"+`.", "type": "object", "additionalProperties": {"type": "string"}
		},
		"topics": {
			"if": ["MqttBroker"], "description": "For `+"`MqttBroker`"+`.",
			"type": "array", "items": {"type": "string", "pattern": "^t"}, "maxItems": 2, "uniqueItems": true
		},
		"extra": {"if": ["MqttBroker"], "description": "For `+"`MqttBroker`"+`.", "type": "object", "additionalProperties": {}},
		"links": {
			"description": "Links to other resources. They are ignored, because Atlas returns none today.",
			"type": "array", "items": {"type": "object"}
		}
	}`), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, connection); diff != "" {
		t.Errorf("fields (-want +generated):\n%s", diff)
	}
}

// generated returns the fields of a connection in the schema that is generated from schemas of the API. The types that have a field
// are its "if".
func generated(t *testing.T, schemas string) object {
	t.Helper()
	text, err := generate([]byte(`{"components":{"schemas":` + schemas + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Definitions struct {
			Connection struct {
				Properties object `json:"properties"`
				AllOf      []struct {
					If, Then struct {
						Properties map[string]object `json:"properties"`
					}
				} `json:"allOf"`
			} `json:"connection"`
		} `json:"definitions"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	fields := schema.Definitions.Connection.Properties
	for _, rule := range schema.Definitions.Connection.AllOf {
		for name, field := range rule.Then.Properties {
			known, _ := fields[name].(object)
			types, _ := known["if"].([]any)
			field["if"] = append(types, rule.If.Properties["type"]["const"])
			fields[name] = field
		}
	}
	return fields
}

func TestADescriptionThatCannotBeUsedIsAnError(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ api, want string }{
		"no JSON":       {"openapi: 3.0.1", "invalid character"},
		"no connection": {`{"components":{"schemas":{}}}`, "no StreamsConnection with types"},
		"no types":      {`{"components":{"schemas":{"StreamsConnection":{"properties":{}}}}}`, "no StreamsConnection with types"},
		"no name": {
			`{"components":{"schemas":{"StreamsConnection":{"properties":{"type":{"type":"string"}},"x-xgen-discriminator":{"mapping":{}}}}}}`,
			"StreamsConnection has no name",
		},
		"a wrong reference": {
			`{"components":{"schemas":{"StreamsConnection":{"properties":{"tls":{"$ref":"#/components/schemas/Tls"}},
				"x-xgen-discriminator":{"mapping":{}}}}}}`,
			"#/components/schemas/Tls leads nowhere",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := generate([]byte(tc.api)); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}

func TestEachDescriptionIsOfAField(t *testing.T) {
	t.Parallel()
	var api struct {
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(readAPI(t), &api); err != nil {
		t.Fatal(err)
	}
	schemas, err := json.Marshal(api.Components.Schemas)
	if err != nil {
		t.Fatal(err)
	}
	paths := "."
	var walk func(path string, properties object)
	walk = func(path string, properties object) {
		for name, property := range properties {
			field, _ := property.(object)
			below, _ := field["properties"].(object)
			paths += path + name + "\n."
			walk(path+name+".", below)
		}
	}
	walk("", generated(t, string(schemas)))
	for path := range descriptions {
		if !strings.Contains(paths, "."+path+"\n") {
			t.Errorf("no field has the path %s", path)
		}
	}
}
