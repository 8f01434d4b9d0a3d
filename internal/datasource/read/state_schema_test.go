package read_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// The framework handles a state with the schema of a returned state as with the full schema: the types are the same for the path of each
// value and for paths that do not exist, and the state contains nothing that only attributes would show.
func TestStateSchemaIsEnough(t *testing.T) {
	t.Parallel()
	for _, newDataSource := range provider.New("test").DataSources(t.Context()) {
		var metadata datasource.MetadataResponse
		newDataSource().Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "atlas"}, &metadata)
		t.Run(metadata.TypeName, func(t *testing.T) {
			t.Parallel()
			var resp datasource.SchemaResponse
			newDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &resp)
			full := resp.Schema
			if len(full.Blocks) > 0 {
				t.Error("the schema has blocks: their null would have to become an empty list")
			}
			typ := full.Type().TerraformType(t.Context())
			var response datasource.ReadResponse
			config := filled(t, typ)
			computed := map[string]tftypes.Value{"project_id": tftypes.NewValue(tftypes.String, "computed")}
			read.Respond(datasource.ReadRequest{Config: tfsdk.Config{Raw: config, Schema: full}}, &response, computed)
			if !config.Equal(filled(t, typ)) || response.State.Raw.Equal(config) {
				t.Errorf("the configuration is now %s, and the state is %s", config, response.State.Raw)
			}
			state := response.State.Schema
			if got := state.Type().TerraformType(t.Context()); !got.Equal(typ) {
				t.Errorf("the state has the type %s, want %s", got, typ)
			}
			paths := []*tftypes.AttributePath{
				tftypes.NewAttributePath().WithAttributeName("missing"),
				tftypes.NewAttributePath().WithAttributeName("results").WithElementKeyString("missing"),
			}
			err := tftypes.Walk(filled(t, typ), func(p *tftypes.AttributePath, _ tftypes.Value) (bool, error) {
				paths = append(paths, p)
				return true, nil
			})
			if err != nil || len(paths) < 15 {
				t.Fatalf("%d paths: %v", len(paths), err)
			}
			for _, p := range paths {
				got, gotErr := state.TypeAtTerraformPath(t.Context(), p)
				want, wantErr := full.TypeAtTerraformPath(t.Context(), p)
				switch {
				case (gotErr == nil) != (wantErr == nil):
					t.Errorf("%s: %v, want %v", p, gotErr, wantErr)
				case gotErr == nil && !got.TerraformType(t.Context()).Equal(want.TerraformType(t.Context())):
					t.Errorf("%s is %s, want %s", p, got, want)
				}
				if _, err := state.AttributeAtTerraformPath(t.Context(), p); err != nil {
					t.Errorf("%s: %v: an error costs allocations at each null", p, err)
				}
			}
		})
	}
}

// filled returns a value of typ without nulls, with one element in each collection.
func filled(t *testing.T, typ tftypes.Type) tftypes.Value {
	t.Helper()
	switch typ := typ.(type) {
	case tftypes.Object:
		values := map[string]tftypes.Value{}
		for name, attribute := range typ.AttributeTypes {
			values[name] = filled(t, attribute)
		}
		return tftypes.NewValue(typ, values)
	case tftypes.List:
		return tftypes.NewValue(typ, []tftypes.Value{filled(t, typ.ElementType)})
	case tftypes.Set:
		return tftypes.NewValue(typ, []tftypes.Value{filled(t, typ.ElementType)})
	case tftypes.Map:
		return tftypes.NewValue(typ, map[string]tftypes.Value{"key": filled(t, typ.ElementType)})
	}
	switch {
	case typ.Is(tftypes.String):
		return tftypes.NewValue(typ, "text")
	case typ.Is(tftypes.Number):
		return tftypes.NewValue(typ, 1)
	case typ.Is(tftypes.Bool):
		return tftypes.NewValue(typ, true)
	}
	t.Fatalf("%s is a type that this test does not know, such as a dynamic one, in which the framework changes nothing", typ)
	return tftypes.Value{}
}
