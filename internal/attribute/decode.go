package attribute

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	textListType = tftypes.List{ElementType: tftypes.String}
	textMapType  = tftypes.Map{ElementType: tftypes.String}
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

// below returns err with name prepended to its path.
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

// earlier returns the error whose path comes first. The order of a map is random, but the same answer must always return the
// same error.
func earlier(a, b error) error {
	if a == nil || b.Error() < a.Error() {
		return b
	}
	return a
}

func wrongShape(value any, want string) error {
	got := "null"
	switch value.(type) {
	case string:
		got = "a string"
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

func decodeText(value any) (tftypes.Value, error) {
	switch text := value.(type) {
	case nil, string:
		return tftypes.NewValue(tftypes.String, value), nil
	case json.Number:
		return tftypes.NewValue(tftypes.String, text.String()), nil
	case bool:
		return tftypes.NewValue(tftypes.String, strconv.FormatBool(text)), nil
	}
	return tftypes.Value{}, wrongShape(value, "a string")
}

func decodeBool(value any) (tftypes.Value, error) {
	if b, ok := value.(bool); ok {
		return tftypes.NewValue(tftypes.Bool, b), nil
	}
	return tftypes.Value{}, wrongShape(value, "a boolean")
}

func decodeTextMap(value any) (tftypes.Value, error) {
	fields, ok := value.(map[string]any)
	if !ok {
		return tftypes.Value{}, wrongShape(value, "an object")
	}
	values := make(map[string]tftypes.Value, len(fields))
	var first error
	for name, field := range fields {
		text, err := decodeText(field)
		if err != nil {
			first = earlier(first, below(anyName, err))
		}
		values[name] = text
	}
	if first != nil {
		return tftypes.Value{}, first
	}
	return tftypes.NewValue(textMapType, values), nil
}

func decodeKeys(value any) (tftypes.Value, error) {
	fields, ok := value.(map[string]any)
	if !ok {
		return tftypes.Value{}, wrongShape(value, "an object")
	}
	keys := make([]tftypes.Value, 0, len(fields))
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		keys = append(keys, tftypes.NewValue(tftypes.String, key))
	}
	return tftypes.NewValue(textListType, keys), nil
}

func decodeList(value any, typ tftypes.List, decode func(any) (tftypes.Value, error)) (tftypes.Value, error) {
	elements, ok := value.([]any)
	if !ok {
		return tftypes.Value{}, wrongShape(value, "a list")
	}
	values := make([]tftypes.Value, len(elements))
	for i, element := range elements {
		decoded, err := decode(element)
		if err != nil {
			return tftypes.Value{}, below(anyName, err)
		}
		values[i] = decoded
	}
	return tftypes.NewValue(typ, values), nil
}

// decoder returns a function that decodes an object, or null as an element of a list. It derives the type only once.
func (o Object) decoder() func(any) (tftypes.Value, error) {
	typ := o.terraformType()
	return func(value any) (tftypes.Value, error) {
		if value == nil {
			return tftypes.NewValue(typ, nil), nil
		}
		fields, ok := value.(map[string]any)
		if !ok {
			return tftypes.Value{}, wrongShape(value, "an object")
		}
		values, err := o.Values(fields)
		if err != nil {
			return tftypes.Value{}, err
		}
		return tftypes.NewValue(typ, values), nil
	}
}
