package sandbox

import (
	"bytes"
	_ "embed" // for the schema
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

//go:generate go run ./schemagen
//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft 7) of the document that Load reads.
func Schema() []byte { return slices.Clone(schema) }

// compiled returns the schema as it is written, and its validator.
var compiled = sync.OnceValues(func() (any, *jsonschema.Schema) {
	const name = "memory:///schema.json"
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	c := jsonschema.NewCompiler()
	if err := errors.Join(err, c.AddResource(name, document)); err != nil {
		panic("sandbox: schema.json: " + err.Error())
	}
	return document, c.MustCompile(name)
})

// brokenPart returns the part of the schema that a value breaks.
func brokenPart(v *jsonschema.ValidationError) map[string]any {
	_, location, _ := strings.Cut(v.SchemaURL, "#")
	location, _ = url.PathUnescape(location) // cannot fail: the validator has escaped it
	part, _ := compiled()
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
