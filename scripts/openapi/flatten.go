package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// typesKeyword lists the names of the fields of each type of an object, in addition to the properties of all types. MongoDB's SDK
// uses it, while the published description has a schema for each type.
const typesKeyword = "x-xgen-discriminator"

// flattened returns a component without prose. If a discriminator divides its schema into types, the result has the properties of
// all types, and typesKeyword.
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

// fieldsOf returns the properties that the schema of a type adds to those of all types, and which of them are required.
func fieldsOf(api object, ref string) (properties object, required []string, err error) {
	schema, err := lookup(api, ref)
	if err != nil {
		return nil, nil, err
	}
	parts := []any{schema}
	if all, ok := schema["allOf"].([]any); ok {
		parts = append(parts, all...) // a reference among them is to the properties of all types
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
