package streamconnections

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What the state is returned with answers as the schema does that Terraform knows, for each value and the type of a path
// that leads nowhere.
func TestStateSchemaHasTheTypesOfTheSchema(t *testing.T) {
	t.Parallel()
	full, listing := dataSourceSchema(), mixedListing(t, len(connectionTypes))
	if len(full.Blocks) > 0 {
		t.Error("the schema has blocks, of which the framework makes empty lists by the schema of the state")
	}
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
