package sandbox

import (
	"bytes"
	_ "embed" // for the description of the API and the schema
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"
	errorkind "github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// openAPI is MongoDB's description of what the sandbox serves, as scripts/openapi writes it.
//
//go:embed openapi.json
var openAPI []byte

// additions is a JSON Merge Patch (RFC 7396), which turns the schemas of the API into the schema of the document.
//
//go:embed schema.json
var additions []byte

// Schema returns the JSON Schema (draft 7) of the document that Load reads.
func Schema() []byte {
	document, _ := compiled()
	text := jsontext.Value(encoded(document))
	_ = text.Indent(jsontext.WithIndent("  ")) // cannot fail: it is JSON
	return append(text, '\n')
}

const schemaName = "memory:///schema.json"

// compiled returns the schema and its validator.
var compiled = sync.OnceValues(func() (map[string]any, *jsonschema.Schema) {
	document := documentSchema(openAPI, additions)
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaName, document); err != nil {
		panic(err) // the schema is part of the program
	}
	return document, c.MustCompile(schemaName)
})

// documentSchema returns the JSON Schema of the document for a description of the API (OpenAPI 3) and the additions to its schemas.
func documentSchema(api, additions []byte) map[string]any {
	components := object(object(parsed(api))["components"])
	definitions := object(components["schemas"])
	for _, definition := range definitions {
		adapt(object(definition))
	}
	schema := object(merged(map[string]any{"definitions": definitions}, parsed(additions)))
	definitions = object(schema["definitions"])
	divide(object(definitions[connectionDefinition]))
	maps.Copy(object(definitions["fault"]), faultSchema())
	return schema
}

// parsed returns a part of the program that is JSON.
func parsed(text []byte) any {
	text = bytes.ReplaceAll(text, []byte("#/components/schemas/"), []byte("#/definitions/"))
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	return document
}

// adapt removes from a schema of the API what does not apply to the document: fields that the API requires can have a default here,
// and the sandbox does not check formats.
func adapt(schema map[string]any) {
	if schema == nil {
		return
	}
	for _, keyword := range []string{"format", "readOnly", "required"} {
		delete(schema, keyword)
	}
	for _, property := range object(schema["properties"]) {
		adapt(object(property))
	}
	adapt(object(schema["items"]))
	adapt(object(schema["additionalProperties"]))
}

// merged returns a value after a JSON Merge Patch.
func merged(value, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	result := maps.Clone(object(value))
	if result == nil {
		result = map[string]any{}
	}
	for name, change := range changes {
		if change == nil {
			delete(result, name)
		} else {
			result[name] = merged(result[name], change)
		}
	}
	return result
}

// divide restricts each field of a connection to the types that have it, because a new type may have a field of the same name. The
// known types are suggested, but others are valid.
func divide(connection map[string]any) {
	const discriminator = "x-xgen-discriminator"
	properties, types := object(connection["properties"]), object(object(connection[discriminator])["mapping"])
	common := maps.Clone(properties)
	var names, rules []any
	for _, name := range slices.Sorted(maps.Keys(types)) {
		fields, _ := object(types[name])["properties"].([]any)
		own := map[string]any{}
		for _, field := range texts(fields) {
			own[field] = properties[field]
			delete(common, field)
		}
		names = append(names, name)
		rules = append(rules, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"type": map[string]any{"const": name}}},
			"then": map[string]any{"properties": own},
		})
	}
	object(common["type"])["anyOf"] = []any{map[string]any{"enum": names}, map[string]any{}}
	connection["properties"], connection["allOf"] = common, rules
	delete(connection, discriminator)
}

// faultSchema returns the names of the faults, and what each does.
func faultSchema() map[string]any {
	var names []any
	text := []string{"Way in which requests fail:"}
	for _, f := range faults {
		names = append(names, string(f.name))
		text = append(text, fmt.Sprintf("`%s`: %s%s", f.name, strings.ToLower(f.description[:1]), f.description[1:]))
	}
	return map[string]any{"enum": names, "description": strings.Join(text, " ")}
}

// brokenPart returns the part of the schema that a value breaks.
func brokenPart(v *jsonschema.ValidationError) map[string]any {
	_, location, _ := strings.Cut(v.SchemaURL, "#")
	location, _ = url.PathUnescape(location) // cannot fail: the validator has escaped it
	document, _ := compiled()
	var part any = document
	for token := range jsontext.Pointer(location).Tokens() {
		if list, ok := part.([]any); ok {
			i, _ := strconv.Atoi(token)
			part = list[i]
		} else {
			part = object(part)[token]
		}
	}
	return object(part)
}

// violations returns what the schema does not allow.
func violations(document any) []problem {
	_, validator := compiled()
	var problems []problem
	for _, v := range innermost(validator.Validate(document)) {
		at := pointer(v.InstanceLocation)
		switch k := v.ErrorKind.(type) {
		case *errorkind.AdditionalProperties:
			for _, name := range k.Properties {
				problems = append(problems, problem{at.AppendToken(name), "unknown field" + didYouMean(name, fieldsOf(v))})
			}
		case *errorkind.Required:
			for _, name := range k.Missing {
				problems = append(problems, problem{at, fmt.Sprintf("missing field %q", name)})
			}
		case *errorkind.PropertyNames:
			problems = append(problems, problem{at.AppendToken(k.Property), messageOf(v)})
		case *errorkind.Not:
			fields, _ := object(brokenPart(v)["not"])["required"].([]any) // which must not all be set
			problems = append(problems, problem{at.AppendToken(texts(fields)[0]), messageOf(v)})
		default:
			problems = append(problems, problem{at, messageOf(v)})
		}
	}
	return problems
}

// innermost returns the errors of a validation that have no further causes.
func innermost(err error) []*jsonschema.ValidationError {
	v, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return nil
	}
	if _, names := v.ErrorKind.(*errorkind.PropertyNames); names || len(v.Causes) == 0 {
		return []*jsonschema.ValidationError{v}
	}
	var found []*jsonschema.ValidationError
	for _, cause := range v.Causes {
		found = append(found, innermost(cause)...)
	}
	return found
}

// messageOf returns what a value must be. The errorMessage of the schema, which editors also show, takes precedence. It repeats
// only values of an enum, because others can be secrets.
func messageOf(v *jsonschema.ValidationError) string {
	if text, ok := brokenPart(v)["errorMessage"].(string); ok {
		return text
	}
	switch k := v.ErrorKind.(type) {
	case *errorkind.Type:
		if k.Got == "number" && slices.Contains(k.Want, "integer") {
			return "must be a whole number"
		}
		return fmt.Sprintf("must be %s, not %s", typeNames(k.Want...), typeNames(k.Got))
	case *errorkind.Enum:
		allowed := texts(k.Want)
		got, _ := k.Got.(string)
		if meant := didYouMean(got, allowed); meant != "" {
			return fmt.Sprintf("unknown value %q%s", got, meant)
		}
		return "must be one of " + strings.Join(allowed, ", ")
	case *errorkind.MinLength:
		if k.Got == 0 {
			return "must not be empty"
		}
		return fmt.Sprintf("must have at least %d characters", k.Want)
	case *errorkind.Minimum:
		return "must be at least " + k.Want.RatString()
	case *errorkind.Maximum:
		return "must be at most " + k.Want.RatString()
	case *errorkind.Pattern:
		return "must match the regular expression " + k.Want
	default:
		return v.DetailedOutput().Error.String()
	}
}

func typeNames(types ...string) string {
	names := map[string]string{
		"array": "an array", "boolean": "true or false", "integer": "a whole number", "null": "null", "number": "a number",
		"object": "an object", "string": "a string",
	}
	list := make([]string, len(types))
	for i, name := range types {
		list[i] = names[name]
	}
	return strings.Join(list, " or ")
}

func texts(values []any) []string {
	var list []string
	for _, value := range values {
		if text, ok := value.(string); ok {
			list = append(list, text)
		}
	}
	return list
}

// fieldsOf returns the names of the documented fields of the object that has the error.
func fieldsOf(v *jsonschema.ValidationError) []string {
	return slices.Sorted(maps.Keys(object(brokenPart(v)["properties"])))
}

func pointer(tokens []string) jsontext.Pointer {
	var p jsontext.Pointer
	for _, token := range tokens {
		p = p.AppendToken(token)
	}
	return p
}
