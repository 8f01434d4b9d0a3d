// Package streamconnections implements the data sources atlas_streams_connections, which lists the connections of a stream
// processing instance, and atlas_streams_connection, which reads one of them. A table for each type of connection defines
// its attributes.
package streamconnections

import (
	"math"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
)

// NewConnections returns the data source atlas_streams_connections.
var NewConnections = read.NewListing(connections)

var connections = read.Listing{
	Name: "streams_connections",
	Description: "Lists all connections in an Atlas Stream Processing instance, " +
		"including each connection's type-specific settings. " +
		"See [Return All Connections of the Stream Instances]" +
		"(https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupstreamconnections) " +
		"in the Atlas Administration API.",
	Summary:    "Unable to list streams connections",
	Noun:       "connection",
	OfInstance: true,
	List:       (*atlas.Client).ListStreamConnections,
	Result:     result,
	Secrets:    map[string]read.Secret{"https_headers": httpsHeaders, "settings_json": settingsJSON},
	Attributes: map[string]schema.Attribute{
		"types": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Filters the list to connections of these types. This version of the provider supports these types: " +
				knownTypesInMarkdown + ". It also accepts other values, because Atlas may add types, but warns if the instance has no " +
				"connection of such a type. A value that differs only slightly from a supported type, such as `kafka`, is an error.",
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1),
				setvalidator.NoNullValues(),
				setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1), spelling),
			},
		},
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
		"total_count": schema.Int64Attribute{
			Computed: true,
			MarkdownDescription: "Number of connections that Atlas reports for the instance, before any filters. " +
				"Atlas documents it as an estimate. Null if Atlas does not report one.",
		},
	},
	Filter: func(arguments read.Arguments) func(*atlas.Resource) bool {
		selected := arguments.Texts("types")
		return func(c *atlas.Resource) bool { return selected == nil || slices.Contains(selected, c.Type) }
	},
	Finish: func(
		data read.Data, arguments read.Arguments, listing *atlas.Listing, kept []*atlas.Resource,
	) (map[string]tftypes.Value, diag.Diagnostics) {
		warnings := warnUnknownTypes(data, kept, arguments.Bool("include_sensitive"))
		warnings.Append(warnUnmatchedTypes(arguments.Texts("types"), listing.Results)...)
		return map[string]tftypes.Value{"total_count": tftypes.NewValue(tftypes.Number, listing.TotalCount)}, warnings
	},
}
