package streamconnections

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
)

var benchmarkSizes = []int{12, 500, 5000}

// BenchmarkMapping measures how long it takes to decode the connections into values of results.
func BenchmarkMapping(b *testing.B) {
	resultType := result.TerraformType()
	for _, n := range benchmarkSizes {
		listing := mixedListing(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			report := fixtures.PerConnection(b, n)
			for b.Loop() {
				for _, connection := range listing.Results {
					fields, err := connection.Fields()
					if err != nil {
						b.Fatal(err)
					}
					values, err := result.Values(fields)
					if err != nil {
						b.Fatal(err)
					}
					tftypes.NewValue(resultType, values)
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

// fromPage returns the data source, which reads listing instead of asking Atlas.
func fromPage(listing *atlas.Listing) datasource.DataSource {
	fixed := connections
	fixed.List = func(*atlas.Client, context.Context, atlas.ListRequest) (*atlas.Listing, error) { return listing, nil }
	return read.NewListing(fixed)()
}

// prebuilt returns the data source, which returns a state that it builds before the first read.
func prebuilt(tb testing.TB, listing *atlas.Listing) datasource.DataSource {
	tb.Helper()
	d := fromPage(listing)
	var configured datasource.ConfigureResponse
	configurable, ok := d.(datasource.DataSourceWithConfigure)
	if !ok {
		tb.Fatal("the data source cannot be configured")
	}
	configurable.Configure(tb.Context(), datasource.ConfigureRequest{ProviderData: providerData}, &configured)
	var resp datasource.ReadResponse
	d.Read(tb.Context(), datasource.ReadRequest{Config: tfsdk.Config{Raw: configValue(tb), Schema: schemaOf(tb)}}, &resp)
	if len(resp.Diagnostics) > 0 {
		tb.Fatal(resp.Diagnostics)
	}
	return fixedState{d, resp.State}
}

// fixedState is a data source whose state is always the same.
type fixedState struct {
	datasource.DataSource

	state tfsdk.State
}

func (d fixedState) Read(_ context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.State = d.state
}

// providerData has a client that is not used, because fromPage does not ask Atlas.
var providerData = read.Data{Client: &atlas.Client{}}

// newReader serves d over the protocol and returns a function that reads it.
func newReader(tb testing.TB, d datasource.DataSource) func() {
	tb.Helper()
	server := providerserver.NewProtocol6(onlyDataSource{dataSource: d})()
	if _, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		tb.Fatal(err)
	}
	empty, err := tfprotov6.NewDynamicValue(tftypes.Object{}, tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}))
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := server.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{Config: &empty}); err != nil {
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
	typ, ok := schemaOf(tb).Type().TerraformType(tb.Context()).(tftypes.Object)
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

func schemaOf(tb testing.TB) schema.Schema {
	tb.Helper()
	var resp datasource.SchemaResponse
	NewConnections().Schema(tb.Context(), datasource.SchemaRequest{}, &resp)
	return resp.Schema
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

func (onlyDataSource) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	resp.DataSourceData = providerData
}

func (onlyDataSource) Resources(context.Context) []func() resource.Resource { return nil }
