package streamconnections

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// field is one attribute of a result: its place in the schema, and its value in the state, taken from a T.
//
// The schema, the types and the state all derive from tables of fields, so that nothing is written twice. Values are
// built as tftypes, which is what the framework makes of any others.
type field[T any] struct {
	attribute schema.Attribute
	value     func(T) tftypes.Value
}

// fields are the attributes of an object by name.
type fields[T any] map[string]field[T]

// text is a string, null where get returns nil.
func text[T any](description string, get func(T) *string) field[T] {
	return field[T]{
		attribute: schema.StringAttribute{Computed: true, MarkdownDescription: description},
		value:     func(t T) tftypes.Value { return tftypes.NewValue(tftypes.String, get(t)) },
	}
}

// textMap is a map of strings, null where get returns nil.
func textMap[T any](description string, get func(T) map[string]*string) field[T] {
	return field[T]{
		attribute: schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description},
		value: func(t T) tftypes.Value {
			texts := get(t)
			if texts == nil {
				return tftypes.NewValue(textMapType, nil)
			}
			return textMapValue(texts)
		},
	}
}

var textMapType = tftypes.Map{ElementType: tftypes.String}

func textMapValue(texts map[string]*string) tftypes.Value {
	values := make(map[string]tftypes.Value, len(texts))
	for key, value := range texts {
		values[key] = tftypes.NewValue(tftypes.String, value)
	}
	return tftypes.NewValue(textMapType, values)
}

// textList is a list of strings in the order that get returns them, null where it returns nil.
func textList[T any](description string, get func(T) []*string) field[T] {
	typ := tftypes.List{ElementType: tftypes.String}
	return field[T]{
		attribute: schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description},
		value: func(t T) tftypes.Value {
			texts := get(t)
			if texts == nil {
				return tftypes.NewValue(typ, nil)
			}
			values := make([]tftypes.Value, len(texts))
			for i, value := range texts {
				values[i] = tftypes.NewValue(tftypes.String, value)
			}
			return tftypes.NewValue(typ, values)
		},
	}
}

// object is an object with the attributes of table, null where get returns nil.
func object[T, U any](description string, get func(T) *U, table fields[*U]) field[T] {
	terraformType := table.objectType().TerraformType(context.Background())
	null := tftypes.NewValue(terraformType, nil)
	return field[T]{
		attribute: schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: description,
			Attributes:          table.attributes(),
		},
		value: func(t T) tftypes.Value {
			u := get(t)
			if u == nil {
				return null
			}
			return tftypes.NewValue(terraformType, table.values(u))
		},
	}
}

// list is the attribute for a list of objects with these fields.
func (table fields[T]) list(description string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: description,
		NestedObject:        schema.NestedAttributeObject{Attributes: table.attributes()},
	}
}

func (table fields[T]) attributes() map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(table))
	for name, f := range table {
		attributes[name] = f.attribute
	}
	return attributes
}

func (table fields[T]) objectType() types.ObjectType {
	attrTypes := make(map[string]attr.Type, len(table))
	for name, f := range table {
		attrTypes[name] = f.attribute.GetType()
	}
	return types.ObjectType{AttrTypes: attrTypes}
}

func (table fields[T]) values(t T) map[string]tftypes.Value {
	values := make(map[string]tftypes.Value, len(table))
	for name, f := range table {
		values[name] = f.value(t)
	}
	return values
}
