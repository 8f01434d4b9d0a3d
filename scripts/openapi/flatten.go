package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// typesKeyword lists, for each type of an object, the names of its fields, beside the properties of all types. MongoDB's
// SDK uses it for what OpenAPI spreads over a schema a type.
const typesKeyword = "x-xgen-discriminator"

// flattened returns a component without prose. A schema that a discriminator splits into types becomes one that has the
// properties of all of them, and typesKeyword.
func flattened(api, component object) (object, error) {
	flat, _ := stripped(component).(object)
	discriminator, _ := component["discriminator"].(object)
	mapping, _ := discriminator["mapping"].(object)
	if mapping == nil {
		return flat, nil
	}
	delete(flat, "discriminator")
	delete(flat, "oneOf")
	properties := object{}
	if common, ok := flat["properties"].(object); ok {
		properties = common
	}
	common := maps.Clone(properties)
	types := object{}
	for _, name := range slices.Sorted(maps.Keys(mapping)) {
		ref, _ := mapping[name].(string)
		fields, required, err := fieldsOf(api, ref)
		if err != nil {
			return nil, err
		}
		for field, schema := range fields {
			if known, ok := properties[field]; ok && !reflect.DeepEqual(known, schema) {
				return nil, fmt.Errorf("%s of the type %s differs from that of another type", field, name)
			}
			properties[field] = schema
		}
		own := func(fields []string) []any {
			list := []any{}
			for _, field := range slices.Sorted(slices.Values(fields)) {
				if common[field] == nil {
					list = append(list, field)
				}
			}
			return list
		}
		described := object{"properties": own(slices.Collect(maps.Keys(fields)))}
		if must := own(required); len(must) > 0 {
			described["required"] = must
		}
		types[name] = described
	}
	flat["properties"] = properties
	flat[typesKeyword] = object{"propertyName": discriminator["propertyName"], "mapping": types}
	return flat, nil
}

// fieldsOf returns the properties that the schema of a type adds to what all types have, and which of them are required.
func fieldsOf(api object, ref string) (properties object, required []string, err error) {
	schema, err := lookup(api, ref)
	if err != nil {
		return nil, nil, err
	}
	parts := []any{schema}
	if all, ok := schema["allOf"].([]any); ok {
		parts = append(parts, all...) // A reference among them is to what all types have.
	}
	properties = object{}
	for _, part := range parts {
		part, _ := part.(object)
		fields, _ := part["properties"].(object)
		for name, field := range fields {
			properties[name] = stripped(field)
		}
		list, _ := part["required"].([]any)
		for _, name := range list {
			if name, ok := name.(string); ok {
				required = append(required, name)
			}
		}
	}
	return properties, required, nil
}
