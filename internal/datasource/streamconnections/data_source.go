// Package streamconnections is the data source atlas_streams_connections: its schema, the mapping of each connection
// type to it, and Read. How Atlas is asked is the business of the package atlas.
package streamconnections

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// defaultReadTimeout is how long a read may take where timeouts.read does not say.
const defaultReadTimeout = 5 * time.Minute

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
	timeout, diags := config.Timeouts.Read(ctx, defaultReadTimeout)
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

// respond answers a read with connections, which are those of listing that the configuration keeps.
func (d *dataSource) respond(
	req datasource.ReadRequest, resp *datasource.ReadResponse, config dataSourceModel, listing *atlas.Listing, connections []*atlas.Connection,
) {
	resp.Diagnostics.Append(d.warnings(config, listing, connections)...)
	state, err := newState(req.Config.Raw, computed{config.id(), listing.TotalCount, connections, config.includesSensitive()})
	if err != nil {
		resp.Diagnostics.AddError("Unable to store streams connections", err.Error())
		return
	}
	resp.State = state
}
