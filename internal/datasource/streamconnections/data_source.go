// Package streamconnections is the data source atlas_streams_connections: its schema, the mapping of each connection
// type to it, and Read. How Atlas is asked is the business of the package atlas.
package streamconnections

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/argument"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

// New returns the data source. Its warnings name version, the provider's own.
func New(version string) datasource.DataSource {
	return &dataSource{version: version}
}

type dataSource struct {
	version string
	client  *atlas.Client
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_streams_connections"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dataSourceSchema()
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return // the framework validates before it configures the provider
	}
	client, ok := req.ProviderData.(*atlas.Client)
	if !ok {
		resp.Diagnostics.AddError("Unexpected provider data",
			fmt.Sprintf("The data source got a %T from its provider. This is a bug of the provider: please report it.", req.ProviderData))
		return
	}
	d.client = client
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := config.Timeouts.Read(ctx, argument.DefaultReadTimeout)
	keep, filterDiags := config.filter(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(filterDiags...)
	if resp.Diagnostics.HasError() {
		return
	}

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	listing, err := d.client.ListStreamConnections(ctx, config.listRequest())
	if err != nil {
		resp.Diagnostics.Append(d.diagnostic(ctx, err, config))
		return
	}
	d.respond(req, resp, config, listing, keep.apply(listing.Connections))
}

// respond answers a read with connections: those of listing that the filters keep.
func (d *dataSource) respond(
	req datasource.ReadRequest, resp *datasource.ReadResponse, config dataSourceModel, listing *atlas.Listing, connections []*atlas.Connection,
) {
	values, err := newValues(connections)
	if err != nil {
		resp.Diagnostics.Append(unreadable(err))
		return
	}
	name, _ := config.Name()
	computed := map[string]tftypes.Value{
		"id":            tftypes.NewValue(tftypes.String, config.ProjectID.ValueString()+"/"+name),
		"total_count":   tftypes.NewValue(tftypes.Number, listing.TotalCount),
		"results":       tftypes.NewValue(tftypes.List{ElementType: resultType}, values.results),
		"https_headers": null(headersType),
		"settings_json": null(settingsType),
	}
	if config.includesSensitive() {
		computed["https_headers"] = tftypes.NewValue(terraformType(headersType), values.headers)
		computed["settings_json"] = tftypes.NewValue(terraformType(settingsType), values.settings)
	}
	state, err := stateSchema().State(req.Config.Raw, computed)
	if err != nil {
		resp.Diagnostics.AddError("Unable to store streams connections", err.Error())
		return
	}
	resp.State = state
	resp.Diagnostics.Append(d.warnings(config, listing, connections)...)
}

func terraformType(typ attr.Type) tftypes.Type { return typ.TerraformType(context.Background()) }

func null(typ attr.Type) tftypes.Value { return tftypes.NewValue(terraformType(typ), nil) }
