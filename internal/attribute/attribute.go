// Package attribute defines a computed attribute in one line: its field in the API, its description, and its type. The
// schema, the type, and the value in the state all derive from that line.
//
// The tables of these lines are in the packages of the data sources.
package attribute

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Field is a computed attribute that decodes its value from a JSON object of the API.
type Field struct {
	attribute schema.Attribute
	// value returns a tftypes.Value because the framework converts every other kind of value to one, which costs more.
	value func(fields map[string]any) (tftypes.Value, error)
}

// newField returns the attribute for the field apiName, which decode decodes. The value is nil if the field is absent or null.
func newField(apiName string, attribute schema.Attribute, decode decoder) Field {
	return Field{attribute: attribute, value: func(fields map[string]any) (tftypes.Value, error) {
		value, err := decode(fields[apiName])
		return value, below(apiName, err)
	}}
}

// Text returns a string attribute. The value of a number or a boolean is its JSON text, such as "1e3", unchanged.
func Text(apiName, description string) Field {
	return newField(apiName, schema.StringAttribute{Computed: true, MarkdownDescription: description}, decodeText)
}

// Bool returns a boolean attribute.
func Bool(apiName, description string) Field {
	return newField(apiName, schema.BoolAttribute{Computed: true, MarkdownDescription: description}, decodeBool)
}

// TextMap returns an attribute that is a map of strings.
func TextMap(apiName, description string) Field {
	return newField(apiName, schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description},
		decodeTextMap)
}

// TextList returns an attribute that is a list of strings, in the API's order.
func TextList(apiName, description string) Field {
	return newField(apiName, textListAttribute(description), newListDecoder(textType, decodeText))
}

// Keys returns an attribute that is the sorted list of the keys of a JSON object. If the field is absent, the list is empty.
func Keys(apiName, description string) Field {
	return newField(apiName, textListAttribute(description), decodeKeys)
}

func textListAttribute(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// JSON returns an attribute that is the JSON text of the field, whatever its type, with the keys of objects sorted.
func JSON(apiName, description string) Field {
	return newField(apiName, schema.StringAttribute{Computed: true, MarkdownDescription: description}, decodeJSON)
}

// Nested returns an attribute that is an object with the attributes of table.
func Nested(apiName, description string, table Object) Field {
	return newField(apiName, table.attribute(description), table.decoder())
}

// NestedList returns an attribute that is a list of objects with the attributes of table, in the API's order.
func NestedList(apiName, description string, table Object) Field {
	return newField(apiName, table.ListAttribute(description), newListDecoder(table.TerraformType(), table.decoder()))
}

// Variant returns an attribute that is an object with the attributes of table. It decodes them from the JSON object that
// contains the variant, and only if the field discriminator is name. Otherwise, the object is null.
func Variant(discriminator, name string, table Object) Field {
	decode := table.decoder()
	return Field{
		attribute: table.attribute("Set when `" + discriminator + "` is `" + name + "`."),
		value: func(fields map[string]any) (tftypes.Value, error) {
			if fields[discriminator] != name {
				return decode(nil)
			}
			return decode(fields)
		},
	}
}

// Merged returns an attribute that is an object with the attributes of table, and never null. Each of them has the first value that
// is not null in the JSON objects at paths, which are names of fields joined by periods.
func Merged(description string, table Object, paths ...string) Field {
	typ := table.TerraformType()
	return Derived(table.attribute(description), func(fields map[string]any) (tftypes.Value, error) {
		merged := make(map[string]tftypes.Value, len(table))
		var first error
		for _, path := range paths {
			values, err := table.valuesAt(path, fields)
			first = earlier(first, err)
			for name, value := range values {
				if _, found := merged[name]; !found || merged[name].IsNull() {
					merged[name] = value
				}
			}
		}
		if first != nil {
			return tftypes.Value{}, first
		}
		return tftypes.NewValue(typ, merged), nil
	})
}

// Derived returns the attribute whose value derive returns, from the fields of a JSON object with numbers as json.Number.
func Derived(attribute schema.Attribute, derive func(fields map[string]any) (tftypes.Value, error)) Field {
	return Field{attribute: attribute, value: derive}
}

// Value returns the value of the attribute, from the fields of a JSON object with numbers as json.Number. It fails with a ShapeError.
func (f Field) Value(fields map[string]any) (tftypes.Value, error) { return f.value(fields) }

// Object is a table of the attributes of an object, by attribute name.
type Object map[string]Field

// Attributes returns the schema of each attribute.
func (o Object) Attributes() map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(o))
	for name, f := range o {
		attributes[name] = f.attribute
	}
	return attributes
}

func (o Object) attribute(description string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: o.Attributes()}
}

// ListAttribute returns the schema of a list of the objects.
func (o Object) ListAttribute(description string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: description,
		NestedObject:        schema.NestedAttributeObject{Attributes: o.Attributes()},
	}
}

// TerraformType returns the type of the object.
func (o Object) TerraformType() tftypes.Type {
	attributeTypes := make(map[string]tftypes.Type, len(o))
	for name, f := range o {
		attributeTypes[name] = f.attribute.GetType().TerraformType(context.Background())
	}
	return tftypes.Object{AttributeTypes: attributeTypes}
}

// valuesAt returns the value of each attribute, from the JSON object at path, which may be absent.
func (o Object) valuesAt(path string, fields map[string]any) (map[string]tftypes.Value, error) {
	name, rest, isNested := strings.Cut(path, ".")
	object, ok := fields[name].(map[string]any)
	var values map[string]tftypes.Value
	var err error
	switch {
	case !ok && fields[name] != nil:
		err = wrongShape(fields[name], "an object")
	case isNested:
		values, err = o.valuesAt(rest, object)
	default:
		values, err = o.Values(object)
	}
	return values, below(name, err)
}

// Values returns the value of each attribute, from the fields of a JSON object with numbers as json.Number. It fails with a
// ShapeError. If several values have a wrong type, the error is that of the first path in alphabetical order.
func (o Object) Values(fields map[string]any) (map[string]tftypes.Value, error) {
	values := make(map[string]tftypes.Value, len(o))
	var first error
	for name, f := range o {
		value, err := f.value(fields)
		first = earlier(first, err)
		values[name] = value
	}
	return values, first
}
