package streamconnections

import (
	"math"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/argument"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

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
				MarkdownDescription: "Filters the list to connections of these types. This version of the provider knows " + knownTypesInMarkdown +
					". It also accepts other values, because Atlas may add types, but warns if the instance has no connection of such a type.",
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
