package attribute

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// textType and textListType are interfaces so that the types are not converted to one, which allocates, for each value.
var (
	textType     tftypes.Type = tftypes.String
	textListType tftypes.Type = tftypes.List{ElementType: textType}
)

// ShapeError is the error for a value whose JSON type differs from the documented one. It never contains the value.
type ShapeError struct {
	// Path is the path of the value, such as networking.access. A key of a map and an index of a list are *.
	Path string
	// Got and Want are JSON types, such as "a string".
	Got, Want string
}

func (e *ShapeError) Error() string { return fmt.Sprintf("%s is %s, not %s", e.Path, e.Got, e.Want) }

// anyName replaces the index of a list in a path, and the key of a map, because keys are data from the server.
const anyName = "*"

// below returns err, a ShapeError or nil, with name prepended to its path.
func below(name string, err error) error {
	shape, ok := errors.AsType[*ShapeError](err)
	if !ok {
		return err
	}
	path := name
	if shape.Path != "" {
		path += "." + shape.Path
	}
	return &ShapeError{Path: path, Got: shape.Got, Want: shape.Want}
}

// earlier returns the error whose path comes first; either may be nil. The order of a map, which is random, must not matter.
func earlier(a, b error) error {
	if a == nil || b != nil && b.Error() < a.Error() {
		return b
	}
	return a
}

func wrongShape(value any, want string) error {
	got := "a string"
	switch value.(type) {
	case json.Number:
		got = "a number"
	case bool:
		got = "a boolean"
	case []any:
		got = "a list"
	case map[string]any:
		got = "an object"
	}
	return &ShapeError{Got: got, Want: want}
}

// decoder returns the attribute's value for a JSON value, which may be nil. It fails with a ShapeError.
type decoder func(value any) (tftypes.Value, error)

// newDecoder returns a decoder of the JSON type T, which want names. convert returns what tftypes.NewValue requires for typ.
func newDecoder[T any](typ tftypes.Type, want string, convert func(T) (any, error)) decoder {
	return func(value any) (tftypes.Value, error) {
		switch value := value.(type) {
		case nil:
			return tftypes.NewValue(typ, nil), nil
		case T:
			converted, err := convert(value)
			if err != nil {
				return tftypes.Value{}, err
			}
			return tftypes.NewValue(typ, converted), nil
		}
		return tftypes.Value{}, wrongShape(value, want)
	}
}

func decodeText(value any) (tftypes.Value, error) {
	switch text := value.(type) {
	case nil, string:
		return tftypes.NewValue(textType, value), nil
	case json.Number:
		return tftypes.NewValue(textType, text.String()), nil
	case bool:
		return tftypes.NewValue(textType, strconv.FormatBool(text)), nil
	}
	return tftypes.Value{}, wrongShape(value, "a string")
}

var decodeBool = newDecoder(tftypes.Bool, "a boolean", func(value bool) (any, error) { return value, nil })

var decodeTextMap = newDecoder(tftypes.Map{ElementType: textType}, "an object", func(fields map[string]any) (any, error) {
	values := make(map[string]tftypes.Value, len(fields))
	var first error
	for name, field := range fields {
		text, err := decodeText(field)
		first = earlier(first, below(anyName, err))
		values[name] = text
	}
	return values, first
})

func decodeKeys(value any) (tftypes.Value, error) {
	fields, ok := value.(map[string]any)
	if !ok && value != nil {
		return tftypes.Value{}, wrongShape(value, "an object")
	}
	keys := make([]tftypes.Value, 0, len(fields))
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		keys = append(keys, tftypes.NewValue(textType, key))
	}
	return tftypes.NewValue(textListType, keys), nil
}

func decodeJSON(value any) (tftypes.Value, error) {
	if value == nil {
		return tftypes.NewValue(textType, nil), nil
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(textType, strings.TrimSuffix(text.String(), "\n")), nil
}

// List returns the elements of the list in the field apiName, or nil if the field is absent or null. It fails with a ShapeError.
func List(apiName string, fields map[string]any) ([]any, error) {
	elements, ok := fields[apiName].([]any)
	if !ok && fields[apiName] != nil {
		return nil, below(apiName, wrongShape(fields[apiName], "a list"))
	}
	return elements, nil
}

// newListDecoder returns a decoder of lists whose elements have the type elem and are decoded by decode.
func newListDecoder(elem tftypes.Type, decode decoder) decoder {
	return newDecoder(tftypes.List{ElementType: elem}, "a list", func(elements []any) (any, error) {
		values := make([]tftypes.Value, len(elements))
		for i, element := range elements {
			value, err := decode(element)
			if err != nil {
				return nil, below(anyName, err)
			}
			values[i] = value
		}
		return values, nil
	})
}

// decoder returns a decoder of objects. It derives their type only once.
func (o Object) decoder() decoder {
	return newDecoder(o.TerraformType(), "an object", func(fields map[string]any) (any, error) { return o.Values(fields) })
}
