package read

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

// respond sets the state of a read to its configuration and the values of the computed attributes.
func respond(req datasource.ReadRequest, resp *datasource.ReadResponse, computed map[string]tftypes.Value) {
	var attributes map[string]tftypes.Value
	if err := req.Config.Raw.As(&attributes); err != nil {
		resp.Diagnostics.Append(diagnostic.Internal("Unable to store the result", err))
		return
	}
	attributes = maps.Clone(attributes) // As returns the map of the configuration itself, with which the framework compares the state.
	maps.Copy(attributes, computed)
	resp.State = tfsdk.State{
		Raw:    tftypes.NewValue(req.Config.Raw.Type(), attributes),
		Schema: newStateSchema(req.Config.Schema),
	}
}

// stateSchema is the schema of a returned state. It has a type but no attributes.
//
// After a read, the framework uses the schema of the state to find values with semantic equality, blocks whose null becomes
// an empty list, and dynamic attributes, and to encode the state. No data source of this provider has any of the first three.
// If the schema had attributes, the framework would still search for them: it would unpack the state into values of its own,
// attribute by attribute, and copy the maps of attributes several times for each null. This depends on the internals of the
// framework, so check it with each upgrade: TestStateSchemaIsEnough compares it with the full schema.
//
// Attribute is an interface that the framework does not export. newStateSchema infers it.
type stateSchema[Attribute any] struct {
	schema.Schema // without attributes

	typ attr.Type
}

// newStateSchema returns the schema for the states of full.
func newStateSchema[Attribute any](full interface {
	Type() attr.Type
	AttributeAtTerraformPath(ctx context.Context, p *tftypes.AttributePath) (Attribute, error)
},
) stateSchema[Attribute] {
	return stateSchema[Attribute]{typ: full.Type()}
}

// Type returns the type of the state.
func (s stateSchema[Attribute]) Type() attr.Type { return s.typ }

// AttributeAtTerraformPath returns nothing. For each null, the framework asks only whether it is inside a dynamic attribute, and
// the error for an attribute that does not exist would cost 150 allocations per connection.
func (s stateSchema[Attribute]) AttributeAtTerraformPath(context.Context, *tftypes.AttributePath) (none Attribute, err error) {
	return none, nil
}

// TypeAtTerraformPath returns the type at p, if there is one. tftypes.WalkAttributePath makes 40 more allocations per connection.
func (s stateSchema[Attribute]) TypeAtTerraformPath(_ context.Context, p *tftypes.AttributePath) (attr.Type, error) {
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
