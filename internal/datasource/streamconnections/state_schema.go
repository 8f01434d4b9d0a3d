package streamconnections

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// typeSchema is a schema of which only the type is known.
//
// After a read the framework asks the schema of the state for values with a semantic equality, for blocks whose null is an
// empty list, for dynamic attributes, and for the type to encode by. The schema of this data source has none of the first
// three. The framework would look for them all the same: it would unpack the state into values of its own, attribute by
// attribute, and copy the schema's maps of attributes several times for each null.
type typeSchema struct {
	schema.Schema // without attributes

	typ attr.Type
}

// stateSchema is the schema of each state.
var stateSchema = sync.OnceValue(func() typeSchema { return typeSchema{typ: dataSourceSchema().Type()} })

// Type returns the type of the whole.
func (s typeSchema) Type() attr.Type { return s.typ }

// TypeAtTerraformPath returns the type of the attribute or element at p, and an error where there is none.
func (s typeSchema) TypeAtTerraformPath(_ context.Context, p *tftypes.AttributePath) (attr.Type, error) {
	typ := s.typ
	for _, step := range p.Steps() {
		next, err := typ.ApplyTerraform5AttributePathStep(step)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		inner, ok := next.(attr.Type)
		if !ok {
			return nil, fmt.Errorf("%s: %T is no type", p, next)
		}
		typ = inner
	}
	return typ, nil
}
