package streamconnections

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The framework handles a state with this schema as with the full one: the types are the same for the path of each value and
// for paths that do not exist, and the state has nothing that only attributes would show.
func TestStateSchemaIsEnough(t *testing.T) {
	t.Parallel()
	full := connectionsSchema()
	if len(full.Blocks) > 0 {
		t.Error("the schema has blocks: their null would have to become an empty list")
	}
	config := map[string]tftypes.Value{}
	if err := configValue(t).As(&config); err != nil {
		t.Fatal(err)
	}
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	config["types"] = tftypes.NewValue(config["types"].Type(), []tftypes.Value{text("Kafka"), text("S3")})
	config["timeouts"] = tftypes.NewValue(config["timeouts"].Type(), map[string]tftypes.Value{"read": text("5m")})
	listing := mixedListing(t, len(connectionTypes))
	state := stateOf(t, tftypes.NewValue(configValue(t).Type(), config), listing)
	if got, want := state.Schema.Type().TerraformType(t.Context()), full.Type().TerraformType(t.Context()); !got.Equal(want) {
		t.Errorf("the state has the type %s, want %s", got, want)
	}
	paths := []*tftypes.AttributePath{
		tftypes.NewAttributePath().WithAttributeName("missing"),
		tftypes.NewAttributePath().WithAttributeName("results").WithElementKeyString("missing"),
	}
	err := tftypes.Walk(state.Raw, func(p *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		paths = append(paths, p)
		if v.Type().Is(tftypes.DynamicPseudoType) {
			t.Errorf("%s is dynamic: the framework leaves what is in it alone", p)
		}
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		got, gotErr := state.Schema.TypeAtTerraformPath(t.Context(), p)
		want, wantErr := full.TypeAtTerraformPath(t.Context(), p)
		switch {
		case (gotErr == nil) != (wantErr == nil):
			t.Errorf("%s: %v, want %v", p, gotErr, wantErr)
		case gotErr == nil && !got.TerraformType(t.Context()).Equal(want.TerraformType(t.Context())):
			t.Errorf("%s is %s, want %s", p, got, want)
		}
	}
}
