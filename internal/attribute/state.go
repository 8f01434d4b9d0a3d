package attribute

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// StateSchema is the schema of a returned state. It has a type but no attributes.
//
// After a read, the framework uses the schema of the state to find values with semantic equality, blocks whose null becomes
// an empty list, and dynamic attributes, and to encode the state. No data source of this provider has any of the first three.
// If the schema had attributes, the framework would still search for them: it would unpack the state into values of its own,
// attribute by attribute, and copy the maps of attributes several times for each null. This depends on the internals of the
// framework, so check it with each upgrade: TestStateSchemaIsEnough compares it with the full schema.
type StateSchema struct {
	schema.Schema // without attributes

	typ attr.Type
}

// NewStateSchema returns the schema for the states of a data source whose type is typ.
func NewStateSchema(typ attr.Type) StateSchema { return StateSchema{typ: typ} }

// Type returns the type of the state.
func (s StateSchema) Type() attr.Type { return s.typ }

// TypeAtTerraformPath returns the type of the attribute or element at p. It fails if there is none. tftypes.WalkAttributePath would
// make 40 more allocations for each connection.
func (s StateSchema) TypeAtTerraformPath(_ context.Context, p *tftypes.AttributePath) (attr.Type, error) {
	typ := s.typ
	for _, step := range p.Steps() {
		next, err := typ.ApplyTerraform5AttributePathStep(step)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		inner, ok := next.(attr.Type)
		if !ok {
			return nil, fmt.Errorf("%s: %T is not a type", p, next)
		}
		typ = inner
	}
	return typ, nil
}

// State returns the state that consists of config and the values of the computed attributes.
func State(config tfsdk.Config, computed map[string]tftypes.Value) (tfsdk.State, error) {
	var attributes map[string]tftypes.Value
	if err := config.Raw.As(&attributes); err != nil {
		return tfsdk.State{}, err
	}
	attributes = maps.Clone(attributes) // As returns the map of config itself, and the framework compares config with the state.
	maps.Copy(attributes, computed)
	return tfsdk.State{Raw: tftypes.NewValue(config.Raw.Type(), attributes), Schema: NewStateSchema(config.Schema.Type())}, nil
}
