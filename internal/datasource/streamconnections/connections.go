// Package streamconnections implements the data sources atlas_streams_connections, which lists the connections of a stream
// processing instance, and atlas_streams_connection, which reads one of them. A table for each type of connection defines
// its attributes.
package streamconnections

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/argument"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/configured"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

var _ datasource.DataSourceWithConfigure = (*connectionsDataSource)(nil)

// NewConnections returns the data source atlas_streams_connections.
func NewConnections() datasource.DataSource { return &connectionsDataSource{} }

type connectionsDataSource struct{ configured.DataSource }

// newConnectionsSchema returns the schema of atlas_streams_connections.
func newConnectionsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists all connections in an Atlas Stream Processing instance, " +
			"including each connection's type-specific settings. " +
			"See [Return All Connections of the Stream Instances]" +
			"(https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupstreamconnections) " +
			"in the Atlas Administration API.",
		Attributes: map[string]schema.Attribute{
			"project_id":     argument.ProjectID(),
			"instance_name":  argument.InstanceName(),
			"workspace_name": argument.WorkspaceName(),
			"types": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Filters the list to connections of these types. This version of the provider supports these types: " +
					knownTypesInMarkdown + ". It also accepts other values, because Atlas may add types, but warns if the instance has no " +
					"connection of such a type.",
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1)),
				},
			},
			"name_regex": argument.NameRegex("connections"),
			"items_per_page": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Number of connections to request per page, from 1 to 500. Defaults to `500`.",
				Validators:          []validator.Int64{int64validator.Between(1, atlas.MaxItemsPerPage)},
			},
			"page_num": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "Page number, starting at 1. If set, the provider reads only this page, and the filters apply to it. " +
					"If not set, the provider reads all pages.",
				Validators: []validator.Int64{int64validator.Between(1, math.MaxInt32)},
			},
			"include_sensitive": argument.IncludeSensitive(),
			"timeouts":          argument.Timeouts(),
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ID of the listing, in the form `<project_id>/<instance name>`.",
			},
			"total_count": schema.Int64Attribute{
				Computed: true,
				MarkdownDescription: "Number of connections that Atlas reports for the instance, before any filters. " +
					"Atlas documents it as an estimate. Null if Atlas does not report one.",
			},
			"results": result.ListAttribute("Connections, sorted by name. The list is empty, not null, if there are none."),
			"https_headers": schema.MapAttribute{
				Computed:    true,
				Sensitive:   true,
				ElementType: types.MapType{ElemType: types.StringType},
				MarkdownDescription: "Headers of each HTTPS connection in `results`, keyed by connection name and header name. " +
					"Null if `include_sensitive` is `false`.",
			},
			"settings_json": schema.MapAttribute{
				Computed:    true,
				Sensitive:   true,
				ElementType: types.StringType,
				MarkdownDescription: "The JSON that Atlas returned for each connection in `results` whose type this version of the provider " +
					"does not know, keyed by connection name. Null if `include_sensitive` is `false`.",
			},
		},
	}
}

// connectionsModel contains the arguments of atlas_streams_connections.
type connectionsModel struct {
	argument.Target

	Types                 []string // nil selects all types
	NameRegex             types.String
	ItemsPerPage, PageNum types.Int64
	IncludeSensitive      types.Bool
	Timeouts              timeouts.Value

	name *regexp.Regexp // NameRegex, compiled
}

func (m *connectionsModel) read(ctx context.Context, config tfsdk.Config) diag.Diagnostics {
	diags := argument.Read(ctx, config, m.Target.Values(), map[string]any{
		"types":             &m.Types,
		"name_regex":        &m.NameRegex,
		"items_per_page":    &m.ItemsPerPage,
		"page_num":          &m.PageNum,
		"include_sensitive": &m.IncludeSensitive,
		"timeouts":          &m.Timeouts,
	})
	var nameDiags diag.Diagnostics
	m.name, nameDiags = argument.CompileNameRegex(m.NameRegex)
	return append(diags, nameDiags...)
}

// filter returns the connections that the arguments select, sorted by name.
func (m *connectionsModel) filter(connections []*atlas.Resource) []*atlas.Resource {
	kept := make([]*atlas.Resource, 0, len(connections))
	for _, c := range connections {
		if (m.Types == nil || slices.Contains(m.Types, c.Type)) && m.name.MatchString(c.Name) {
			kept = append(kept, c)
		}
	}
	slices.SortFunc(kept, func(a, b *atlas.Resource) int { return cmp.Compare(a.Name, b.Name) })
	return kept
}

func (d *connectionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_streams_connections"
}

func (d *connectionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = newConnectionsSchema()
}

func (d *connectionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if resp.Diagnostics.Append(d.Unready()...); resp.Diagnostics.HasError() {
		return
	}
	var config connectionsModel
	resp.Diagnostics.Append(config.read(ctx, req.Config)...)
	timeout, diags := config.Timeouts.Read(ctx, argument.DefaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	instance, _ := config.Instance()
	listing, err := d.Client.ListStreamConnections(ctx, atlas.ListRequest{
		ProjectID:    config.ProjectID.ValueString(),
		InstanceName: instance,
		ItemsPerPage: int(config.ItemsPerPage.ValueInt64()),
		PageNum:      int(config.PageNum.ValueInt64()),
	})
	if err != nil {
		resp.Diagnostics.Append(d.request(config).Failed(err))
		return
	}
	d.respond(req, resp, config, listing)
}

// request describes a read with config in diagnostics.
func (d *connectionsDataSource) request(config connectionsModel) diagnostic.Request {
	instance, argumentPath := config.Instance()
	return diagnostic.Request{
		Client:  d.Client,
		Summary: "Unable to list streams connections",
		Asked: fmt.Sprintf("the connections of the stream processing instance %s in the project %s",
			diagnostic.Name(instance), config.ProjectID.ValueString()),
		Roles:    diagnostic.ReadRoles,
		Instance: argumentPath,
	}
}

// respond sets the state of a read to the connections in listing that config selects.
func (d *connectionsDataSource) respond(
	req datasource.ReadRequest, resp *datasource.ReadResponse, config connectionsModel, listing *atlas.Listing,
) {
	connections := config.filter(listing.Results)
	computed, unreadable := newValues(d.request(config), connections, argument.Includes(config.IncludeSensitive))
	if unreadable != nil {
		resp.Diagnostics.Append(unreadable)
		return
	}
	name, _ := config.Instance()
	computed["id"] = tftypes.NewValue(tftypes.String, config.ProjectID.ValueString()+"/"+name)
	computed["total_count"] = tftypes.NewValue(tftypes.Number, listing.TotalCount)
	configured.Respond(req, resp, computed)
	resp.Diagnostics.Append(warnUnknownTypes(d.Data, connections, config.IncludeSensitive)...)
	if config.PageNum.IsNull() {
		resp.Diagnostics.Append(diagnostic.Short("Fewer streams connections than reported", "connections", listing)...)
	}
	resp.Diagnostics.Append(warnUnmatchedTypes(config.Types, listing.Results)...)
}
