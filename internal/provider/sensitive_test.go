package provider_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// Terraform and OpenTofu keep a path for every element of a Sensitive attribute below a list, and compare every value of the
// state with every path. That takes seconds for 500 connections, and minutes for 5,000. BenchmarkPlan measures it.
func TestNothingBelowACollectionIsSensitive(t *testing.T) {
	t.Parallel()
	schema, err := providerserver.NewProtocol6(provider.New("test"))().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*tfprotov6.Schema{"provider": schema.Provider}
	for _, schemas := range []map[string]*tfprotov6.Schema{
		schema.DataSourceSchemas, schema.ResourceSchemas, schema.EphemeralResourceSchemas,
	} {
		maps.Copy(all, schemas)
	}
	for name, schema := range all {
		for _, path := range sensitiveInBlock(name, schema.Block, false) {
			t.Errorf("%s is Sensitive, in a list, set or map: move it to the top level", path)
		}
	}
}

// sensitiveInBlock returns the paths of the Sensitive attributes of a block that are below a list, set, or map. If below is
// true, the block itself is below one.
func sensitiveInBlock(at string, block *tfprotov6.SchemaBlock, below bool) []string {
	paths := sensitive(at, block.Attributes, below)
	for _, nested := range block.BlockTypes {
		single := nested.Nesting == tfprotov6.SchemaNestedBlockNestingModeSingle ||
			nested.Nesting == tfprotov6.SchemaNestedBlockNestingModeGroup
		paths = append(paths, sensitiveInBlock(at+"."+nested.TypeName, nested.Block, below || !single)...)
	}
	return paths
}

func sensitive(at string, attributes []*tfprotov6.SchemaAttribute, below bool) []string {
	var paths []string
	for _, attribute := range attributes {
		path := at + "." + attribute.Name
		if below && attribute.Sensitive {
			paths = append(paths, path)
		}
		if nested := attribute.NestedType; nested != nil {
			single := nested.Nesting == tfprotov6.SchemaObjectNestingModeSingle
			paths = append(paths, sensitive(path, nested.Attributes, below || !single)...)
		}
	}
	return paths
}

func TestSensitiveAttributesBelowCollectionsAreFound(t *testing.T) {
	t.Parallel()
	secret := []*tfprotov6.SchemaAttribute{{Name: "secret", Sensitive: true}, {Name: "public"}}
	nested := func(name string, mode tfprotov6.SchemaObjectNestingMode, attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{Name: name, NestedType: &tfprotov6.SchemaObject{Nesting: mode, Attributes: attributes}}
	}
	block := func(name string, mode tfprotov6.SchemaNestedBlockNestingMode) *tfprotov6.SchemaNestedBlock {
		return &tfprotov6.SchemaNestedBlock{TypeName: name, Nesting: mode, Block: &tfprotov6.SchemaBlock{Attributes: secret}}
	}
	list, object := tfprotov6.SchemaObjectNestingModeList, tfprotov6.SchemaObjectNestingModeSingle
	schema := &tfprotov6.SchemaBlock{
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "top", Sensitive: true},
			nested("object", object, secret...),
			nested("list", list, secret...),
			nested("set", tfprotov6.SchemaObjectNestingModeSet, secret...),
			nested("map", tfprotov6.SchemaObjectNestingModeMap, secret...),
			nested("object_list", object, nested("list", list, secret...)),
			nested("list_object", list, nested("object", object, secret...)),
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{
			block("block", tfprotov6.SchemaNestedBlockNestingModeSingle),
			block("block_group", tfprotov6.SchemaNestedBlockNestingModeGroup),
			block("block_list", tfprotov6.SchemaNestedBlockNestingModeList),
			block("block_map", tfprotov6.SchemaNestedBlockNestingModeMap),
			block("block_set", tfprotov6.SchemaNestedBlockNestingModeSet),
		},
	}
	want := []string{
		"s.block_list.secret", "s.block_map.secret", "s.block_set.secret",
		"s.list.secret", "s.list_object.object.secret", "s.map.secret", "s.object_list.list.secret", "s.set.secret",
	}
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(sensitiveInBlock("s", schema, false)))); diff != "" {
		t.Errorf("Sensitive attributes below a list, set or map (-want +got):\n%s", diff)
	}
}
