package streamconnections

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// typeSchema is a schema of which only the type is known. It is what the framework needs of the schema that comes with a
// state after a read. The attributes would have it unpack the whole state into values of its own, to ask each whether it
// has a semantic equality, and copy its maps of attributes for each null, to ask each whether it is a block: nothing
// here is either.
type typeSchema struct {
	schema.Schema // without attributes

	typ attr.Type
}

// stateSchema comes with each state.
var stateSchema = sync.OnceValue(func() typeSchema { return typeSchema{typ: dataSourceSchema().Type()} })

// Type returns the type of the whole.
func (s typeSchema) Type() attr.Type { return s.typ }

// TypeAtTerraformPath returns the type of the attribute or element at p, and an error where there is none.
func (s typeSchema) TypeAtTerraformPath(ctx context.Context, p *tftypes.AttributePath) (attr.Type, error) {
	typ := s.typ
	for _, step := range p.Steps() {
		next, err := typ.ApplyTerraform5AttributePathStep(step)
		inner, ok := next.(attr.Type)
		if err != nil || !ok {
			return s.Schema.TypeAtTerraformPath(ctx, p)
		}
		typ = inner
	}
	return typ, nil
}
