package streamconnections

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What the state is returned with answers as the schema does that Terraform knows, for each value and the type of a path
// that leads nowhere.
func TestStateSchemaHasTheTypesOfTheSchema(t *testing.T) {
	t.Parallel()
	full, listing := dataSourceSchema(), mixedListing(t, len(connectionTypes))
	state, err := stateValue(configValue(t), "id", listing.TotalCount, listing.Connections)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := stateSchema().Type().TerraformType(t.Context()), full.Type().TerraformType(t.Context()); !got.Equal(want) {
		t.Errorf("the state has the type %s, want %s", got, want)
	}
	paths := []*tftypes.AttributePath{
		tftypes.NewAttributePath().WithAttributeName("missing"),
		tftypes.NewAttributePath().WithAttributeName("results").WithElementKeyString("missing"),
	}
	err = tftypes.Walk(state, func(p *tftypes.AttributePath, _ tftypes.Value) (bool, error) {
		paths = append(paths, p)
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		got, gotErr := stateSchema().TypeAtTerraformPath(t.Context(), p)
		want, wantErr := full.TypeAtTerraformPath(t.Context(), p)
		switch {
		case (gotErr == nil) != (wantErr == nil):
			t.Errorf("%s: %v, want %v", p, gotErr, wantErr)
		case gotErr == nil && !got.TerraformType(t.Context()).Equal(want.TerraformType(t.Context())):
			t.Errorf("%s is %s, want %s", p, got, want)
		}
	}
}

// The framework asks values of any type these questions, whether or not a read leads it to.
func TestVerbatimListIsFaithful(t *testing.T) {
	t.Parallel()
	typ := verbatimListType{types.ListType{ElemType: types.StringType}}
	list := func(elements ...string) tftypes.Value {
		values := []tftypes.Value{}
		for _, element := range elements {
			values = append(values, tftypes.NewValue(tftypes.String, element))
		}
		return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, values)
	}
	for name, value := range map[string]tftypes.Value{
		"elements": list("a", "b"),
		"empty":    list(),
		"null":     tftypes.NewValue(typ.TerraformType(t.Context()), nil),
		"unknown":  tftypes.NewValue(typ.TerraformType(t.Context()), tftypes.UnknownValue),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			taken, err := typ.ValueFromTerraform(t.Context(), value)
			if err != nil {
				t.Fatal(err)
			}
			again, err := typ.ValueFromTerraform(t.Context(), value.Copy())
			if err != nil {
				t.Fatal(err)
			}
			other, err := typ.ValueFromTerraform(t.Context(), list("a", "c"))
			if err != nil {
				t.Fatal(err)
			}
			if given, err := taken.ToTerraformValue(t.Context()); err != nil || !given.Equal(value) {
				t.Errorf("gives back %s, %v", given, err)
			}
			if !taken.Equal(again) || taken.Equal(other) {
				t.Errorf("equal to the same %t, to another %t", taken.Equal(again), taken.Equal(other))
			}
			if taken.IsNull() != value.IsNull() || taken.IsUnknown() == value.IsKnown() {
				t.Errorf("null %t, unknown %t", taken.IsNull(), taken.IsUnknown())
			}
		})
	}
}
