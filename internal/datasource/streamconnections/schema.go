package streamconnections

import (
	"math"
	"regexp"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

var (
	projectID     = regexp.MustCompile(`^[a-f0-9]{24}$`)
	instanceNames = []validator.String{
		stringvalidator.RegexMatches(regexp.MustCompile(`^\P{Cc}+$`), "must not be empty or contain control characters"),
		stringvalidator.NoneOf(".", ".."),
	}
)

// dataSourceSchema returns the schema, which is built once.
var dataSourceSchema = sync.OnceValue(newSchema)

func newSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists all connections of an Atlas Stream Processing instance, each with the settings of its type. " +
			"See [Return All Connections of the Stream Instances]" +
			"(https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupstreamconnections) " +
			"of the Atlas Administration API.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ID of the project (group), 24 hexadecimal digits in lower case.",
				Validators: []validator.String{
					stringvalidator.RegexMatches(projectID, "must be 24 hexadecimal digits in lower case, such as 32b6e34b3d91647abb20e7b8"),
				},
			},
			"instance_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the stream processing instance. Exactly one of `instance_name` and `workspace_name` is set.",
				Validators: append([]validator.String{
					stringvalidator.ExactlyOneOf(path.MatchRoot("instance_name"), path.MatchRoot("workspace_name")),
				}, instanceNames...),
			},
			"workspace_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the stream processing workspace, which is Atlas's newer word for an instance.",
				Validators:          instanceNames,
			},
			"types": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Keeps only connections of these types, such as `Kafka`; see `type` of `results`. " +
					"Any string is taken, since Atlas adds types.",
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1)),
				},
			},
			"name_regex": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Keeps only connections whose name matches this regular expression " +
					"([RE2 syntax](https://github.com/google/re2/wiki/Syntax)), anywhere unless it is anchored by `^` and `$`.",
				Validators: []validator.String{regexpValidator{}},
			},
			"items_per_page": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Number of connections that one request asks for, 1 to 500. The default is 500.",
				Validators:          []validator.Int64{int64validator.Between(1, atlas.MaxItemsPerPage)},
			},
			"page_num": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "Number of the one page to read, counted from 1. The filters then see that page only. " +
					"Without it every page is read.",
				Validators: []validator.Int64{int64validator.Between(1, math.MaxInt32)},
			},
			"include_sensitive": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to set `https_headers` and `settings_json`, which can contain credentials. If `false`, both are null, " +
					"and their values reach neither the plan file nor the state. Defaults to `true`.",
			},
			"timeouts": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "How long operations may take.",
				CustomType:          timeouts.Type{ObjectType: types.ObjectType{AttrTypes: map[string]attr.Type{"read": types.StringType}}},
				Attributes: map[string]schema.Attribute{
					"read": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "How long the whole read may take, retries included, such as `90s` or `5m`. The default is `5m`.",
						Validators:          []validator.String{timeoutValidator{}},
					},
				},
			},
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ID of the listing: `<project_id>/<instance name>`.",
			},
			"total_count": schema.Int64Attribute{
				Computed: true,
				MarkdownDescription: "Number of connections of the instance as Atlas reports it, before any filter. " +
					"Atlas calls it an estimate, and it is null where Atlas reports none.",
			},
			"https_headers": schema.MapAttribute{
				Computed:    true,
				Sensitive:   true,
				ElementType: types.MapType{ElemType: types.StringType},
				MarkdownDescription: "Headers of each HTTPS connection in `results`, by the name of the connection and the name of the header. " +
					"Null if `include_sensitive` is `false`.",
			},
			"settings_json": schema.MapAttribute{
				Computed:    true,
				Sensitive:   true,
				ElementType: types.StringType,
				MarkdownDescription: "Each connection in `results` of a type that this version of the provider does not know, as Atlas returned it, " +
					"in JSON, by the name of the connection. Null if `include_sensitive` is `false`.",
			},
			"results": results.list("Connections, sorted by name. The list is empty, not null, where there are none."),
		},
	}
}
