package sandbox

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestANewTypeIsOnlyInTheAPI adds a type only to the description of the API.
func TestANewTypeIsOnlyInTheAPI(t *testing.T) {
	t.Parallel()
	schema := documentSchema([]byte(`{"components": {"schemas": {
		"StreamsConnection": {
			"properties": {
				"name": {"type": "string"}, "type": {"type": "string"}, "id": {"type": "string", "readOnly": true},
				"brokerUrl": {"type": "string", "format": "uri"}, "tls": {"$ref": "#/components/schemas/Tls"},
				"topics": {"type": "array", "items": {"type": "string", "format": "x"}, "maxItems": 2},
				"extra": {"type": "object", "additionalProperties": true}
			},
			"required": ["brokerUrl"],
			"x-xgen-discriminator": {"mapping": {
				"MqttBroker": {"properties": ["brokerUrl", "tls", "topics", "extra"], "required": ["tls"]},
				"Amqp": {"properties": ["brokerUrl"]}
			}}
		},
		"Tls": {"type": "object", "required": ["key"], "properties": {"key": {"type": "string", "writeOnly": true}, "format": {}}}
	}}}`), additions)
	want := `{
		"StreamsConnection": {
			"description": "Connection as the Atlas API returns it. Fields and types that are not described here are served, too.",
			"required": ["name", "type"],
			"properties": {
				"id": {"type": "string"}, "name": {"type": "string", "minLength": 1},
				"type": {"type": "string", "minLength": 1, "anyOf": [{"enum": ["Amqp", "MqttBroker"]}, {}]}
			},
			"allOf": [
				{"if": {"properties": {"type": {"const": "Amqp"}}}, "then": {"properties": {"brokerUrl": {"type": "string"}}}},
				{"if": {"properties": {"type": {"const": "MqttBroker"}}}, "then": {"properties": {
					"brokerUrl": {"type": "string"}, "tls": {"$ref": "#/definitions/Tls"},
					"topics": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
					"extra": {"type": "object", "additionalProperties": true}
				}}}
			]
		},
		"Tls": {"type": "object", "properties": {"key": {"type": "string", "writeOnly": true}, "format": {}}}
	}`
	definitions := object(schema["definitions"])
	got := map[string]any{connectionDefinition: definitions[connectionDefinition], "Tls": definitions["Tls"]}
	if diff := cmp.Diff(decoded(t, want), decoded(t, string(encoded(got)))); diff != "" {
		t.Errorf("definitions (-want +got):\n%s", diff)
	}
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// A change to something that the API does not have, or has no longer, would change nothing.
func TestEachChangeOfTheSchemaIsOfSomethingInTheAPI(t *testing.T) {
	t.Parallel()
	added := []string{
		"/project", "/answer", "/fault", "/oneScript", "/StreamsKafkaAuthentication/properties/httpsCaPem",
		"/StreamsTenant/properties/answers", "/StreamsTenant/properties/fault", "/StreamsTenant/properties/processors",
		"/StreamsTenant/properties/results", "/StreamsTenant/properties/totalCount",
	}
	names := func(path string) bool { // of something, not of a keyword
		parent := path[:strings.LastIndex(path, "/")]
		return parent == "" || strings.HasSuffix(parent, "/properties")
	}
	count := 0
	var walk func(path string, change any, api map[string]any)
	walk = func(path string, change any, api map[string]any) {
		for name, change := range object(change) {
			path := path + "/" + name
			if slices.Contains(added, path) {
				continue
			}
			if _, ok := api[name]; !ok && (change == nil || names(path)) {
				t.Errorf("the API has no %s", path)
			}
			count++
			walk(path, change, object(api[name]))
		}
	}
	schemas := object(object(object(parsed(openAPI))["components"])["schemas"])
	walk("", object(parsed(additions))["definitions"], schemas)
	if count < 30 {
		t.Errorf("found only %d changes", count)
	}
}
