package streamconnections

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// typedSchema is a schema that has its types at hand. The framework asks for the type of every step of the path to every
// null of a state, and schema.Schema answers by copying its maps of attributes.
type typedSchema struct {
	schema.Schema

	typ attr.Type
}

// stateSchema is the schema that a state is returned with. It has the types of dataSourceSchema, and lacks what only
// configurations and documentation need.
var stateSchema = sync.OnceValue(func() typedSchema {
	s := dataSourceSchema()
	list := types.ListType{ElemType: results.objectType()}
	s.Attributes["results"] = schema.ListAttribute{Computed: true, CustomType: verbatimListType{list}}
	return typedSchema{s, s.Type()}
})

// TypeAtTerraformPath returns the type of the attribute or element at p.
func (s typedSchema) TypeAtTerraformPath(ctx context.Context, p *tftypes.AttributePath) (attr.Type, error) {
	if found, _, err := tftypes.WalkAttributePath(s.typ, p); err == nil {
		if typ, ok := found.(attr.Type); ok {
			return typ, nil
		}
	}
	return s.Schema.TypeAtTerraformPath(ctx, p)
}

// verbatimListType is a list whose values the framework takes as they are. It would otherwise unpack the whole list into
// values of its own after each read, to ask those that have a semantic equality, and none here has.
type verbatimListType struct{ types.ListType }

// Equal implements attr.Type.
func (t verbatimListType) Equal(o attr.Type) bool {
	other, ok := o.(verbatimListType)
	return ok && t.ListType.Equal(other.ListType)
}

// ValueFromTerraform implements attr.Type.
func (t verbatimListType) ValueFromTerraform(_ context.Context, value tftypes.Value) (attr.Value, error) {
	return &verbatimList{t, value}, nil
}

// verbatimList is a value of verbatimListType, a pointer so that it is cheap to compare with itself.
type verbatimList struct {
	listType verbatimListType
	value    tftypes.Value
}

// Type implements attr.Value.
func (l *verbatimList) Type(context.Context) attr.Type { return l.listType }

// ToTerraformValue implements attr.Value.
func (l *verbatimList) ToTerraformValue(context.Context) (tftypes.Value, error) { return l.value, nil }

// Equal implements attr.Value.
func (l *verbatimList) Equal(o attr.Value) bool {
	other, ok := o.(*verbatimList)
	return ok && (l == other || l.value.Equal(other.value))
}

// IsNull implements attr.Value.
func (l *verbatimList) IsNull() bool { return l.value.IsNull() }

// IsUnknown implements attr.Value.
func (l *verbatimList) IsUnknown() bool { return !l.value.IsKnown() }

// String implements attr.Value.
func (l *verbatimList) String() string { return l.value.String() }
