// Command schemagen writes the JSON Schema of the sandbox's data. What only the sandbox uses comes from a template, and the fields
// of a connection come from MongoDB's description of the API (OpenAPI 3).
package main

import (
	"bytes"
	_ "embed" // for the template
	"flag"
	"log"
	"os"
	"strings"
	"text/template"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

//go:embed schema.json.tmpl
var base string

func main() {
	log.SetFlags(0)
	input := flag.String("openapi", "testdata/openapi.json", "description of the API to read")
	output := flag.String("o", "schema.json", "schema to write")
	flag.Parse()
	api, err := os.ReadFile(*input)
	if err != nil {
		log.Fatal(err)
	}
	schema, err := generate(api)
	if err != nil {
		log.Fatalf("%s: %v", *input, err)
	}
	if err := os.WriteFile(*output, schema, 0o644); err != nil { //nolint:gosec // a file of this repository
		log.Fatal(err)
	}
}

// generate returns the schema for a description of the API.
func generate(api []byte) ([]byte, error) {
	connection, err := connectionSchema(api)
	if err != nil {
		return nil, err
	}
	parts := struct{ Connection, Fault string }{encode(connection), encode(faultSchema())}
	var schema bytes.Buffer
	if err := template.Must(template.New("schema").Parse(base)).Execute(&schema, parts); err != nil {
		return nil, err
	}
	value := jsontext.Value(schema.Bytes())
	if err := value.Indent(jsontext.WithIndent("  ")); err != nil {
		return nil, err
	}
	return append(value, '\n'), nil
}

// faultSchema returns the schema of a fault, which lists the faults and what each does.
func faultSchema() any {
	names, descriptions := sandbox.Faults()
	text := []string{"Way in which requests fail:"}
	for _, name := range names {
		text = append(text, "`"+string(name)+"`: "+uncapitalized(descriptions[name]))
	}
	return object{"type": "string", "description": strings.Join(text, " "), "enum": names}
}

func encode(value any) string {
	text, err := json.Marshal(value, json.Deterministic(true))
	if err != nil {
		log.Fatal(err) // cannot happen: the value consists of strings, lists, and maps
	}
	return string(text)
}
