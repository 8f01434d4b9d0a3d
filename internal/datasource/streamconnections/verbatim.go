package streamconnections

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// verbatimListType is a list whose values the framework takes as they are. It would otherwise unpack the whole list into
// values of its own after each read, to ask those that have a semantic equality, and none here has.
type verbatimListType struct{ types.ListType }

// Equal implements attr.Type.
func (t verbatimListType) Equal(o attr.Type) bool {
	other, ok := o.(verbatimListType)
	return ok && t.ListType.Equal(other.ListType)
}

// ValueFromTerraform implements attr.Type. What has no elements, as in any configuration, is a list like others.
func (t verbatimListType) ValueFromTerraform(ctx context.Context, value tftypes.Value) (attr.Value, error) {
	if value.IsNull() || !value.IsKnown() {
		return t.ListType.ValueFromTerraform(ctx, value)
	}
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
