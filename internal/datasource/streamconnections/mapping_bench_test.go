package streamconnections

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

var benchmarkSizes = []int{12, 500, 5000}

func BenchmarkMapping(b *testing.B) {
	for _, n := range benchmarkSizes {
		listing := mixedListing(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			report := fixtures.PerConnection(b, n)
			for b.Loop() {
				if _, unreadable := newValues(diagnostic.Request{}, listing.Results, true); unreadable != nil {
					b.Fatal(unreadable)
				}
			}
			report()
		})
	}
}

// BenchmarkReadDataSource measures a read from the decoded page to the answer of the provider.
func BenchmarkReadDataSource(b *testing.B) {
	for _, n := range benchmarkSizes {
		read := newReader(b, fromPage(mixedListing(b, n)))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			report := fixtures.PerConnection(b, n)
			for b.Loop() {
				read()
			}
			report()
		})
	}
}

// BenchmarkFloor measures what the framework adds to a read: the state exists before the read begins.
func BenchmarkFloor(b *testing.B) {
	for _, n := range benchmarkSizes {
		read := newReader(b, prebuilt(b, mixedListing(b, n)))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			report := fixtures.PerConnection(b, n)
			for b.Loop() {
				read()
			}
			report()
		})
	}
}

// mixedListing returns a listing of n connections of all types in turn, each with every documented field.
func mixedListing(tb testing.TB, n int) *atlas.Listing {
	tb.Helper()
	total := int64(n)
	listing := &atlas.Listing{TotalCount: &total}
	for _, raw := range fixtures.Mixed(tb, n) {
		var c atlas.Resource
		if err := json.Unmarshal(raw, &c); err != nil {
			tb.Fatal(err)
		}
		c.Raw = raw
		listing.Results = append(listing.Results, &c)
	}
	return listing
}

// fixedRead is a data source with a different Read.
type fixedRead struct {
	datasource.DataSource

	read func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse)
}

func (d fixedRead) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	d.read(ctx, req, resp)
}

// fromPage returns the data source, which reads listing instead of asking Atlas.
func fromPage(listing *atlas.Listing) datasource.DataSource {
	d := &connectionsDataSource{}
	return fixedRead{d, func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
		d.respondTo(ctx, req, resp, listing)
	}}
}

// prebuilt returns the data source, which returns a state that it builds before the first read.
func prebuilt(tb testing.TB, listing *atlas.Listing) datasource.DataSource {
	tb.Helper()
	state := stateOf(tb, configValue(tb), listing)
	return fixedRead{&connectionsDataSource{}, func(_ context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
		resp.State = state
	}}
}

// respondTo reads the configuration of req and responds with listing.
func (d *connectionsDataSource) respondTo(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
	listing *atlas.Listing) {
	var config connectionsModel
	resp.Diagnostics.Append(config.read(ctx, req.Config)...)
	d.respond(req, resp, config, listing)
}

// stateOf returns the state of a read of listing with config.
func stateOf(tb testing.TB, config tftypes.Value, listing *atlas.Listing) tfsdk.State {
	tb.Helper()
	req := datasource.ReadRequest{Config: tfsdk.Config{Raw: config, Schema: newConnectionsSchema()}}
	var resp datasource.ReadResponse
	(&connectionsDataSource{}).respondTo(tb.Context(), req, &resp, listing)
	if len(resp.Diagnostics) > 0 {
		tb.Fatal(resp.Diagnostics)
	}
	return resp.State
}

// newReader serves d over the protocol and returns a function that reads it.
func newReader(tb testing.TB, d datasource.DataSource) func() {
	tb.Helper()
	server := providerserver.NewProtocol6(onlyDataSource{dataSource: d})()
	if _, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		tb.Fatal(err)
	}
	config := configValue(tb)
	dynamic, err := tfprotov6.NewDynamicValue(config.Type(), config)
	if err != nil {
		tb.Fatal(err)
	}
	return func() {
		resp, err := server.ReadDataSource(tb.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: "atlas_streams_connections", Config: &dynamic,
		})
		if err != nil || len(resp.Diagnostics) > 0 {
			tb.Fatal(err, resp.Diagnostics)
		}
	}
}

// configValue returns a configuration with only the required arguments.
func configValue(tb testing.TB) tftypes.Value {
	tb.Helper()
	typ, ok := newConnectionsSchema().Type().TerraformType(tb.Context()).(tftypes.Object)
	if !ok {
		tb.Fatal("the schema is not an object")
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	values["project_id"] = tftypes.NewValue(tftypes.String, "32b6e34b3d91647abb20e7b8")
	values["instance_name"] = tftypes.NewValue(tftypes.String, "orders")
	return tftypes.NewValue(typ, values)
}

// onlyDataSource is a provider with only one data source.
type onlyDataSource struct {
	provider.Provider

	dataSource datasource.DataSource
}

func (onlyDataSource) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "atlas"
}

func (onlyDataSource) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (p onlyDataSource) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return p.dataSource }}
}

func (onlyDataSource) Resources(context.Context) []func() resource.Resource { return nil }
