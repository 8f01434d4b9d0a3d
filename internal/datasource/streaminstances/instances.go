// Package streaminstances implements the data source atlas_streams_instances: the stream processing instances of a project.
package streaminstances

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/argument"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/configured"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

// instance is the table of the attributes of one stream processing instance (API schema StreamsTenant).
var instance = attribute.Object{
	"id":                  attribute.Text("_id", "ID of the instance (`_id` in the API), 24 hexadecimal digits."),
	"name":                attribute.Text("name", "Name of the instance, unique within the project."),
	"data_process_region": attribute.Nested("dataProcessRegion", "Region in which the instance processes data.", region),
	"failover_regions":    attribute.NestedList("failoverRegions", "Regions that the instance can fail over to.", region),
	"hostnames":           attribute.TextList("hostnames", "Hostnames of the instance, to which clients such as `mongosh` connect."),
	"stream_config": attribute.Nested("streamConfig", "Configuration of the instance.", attribute.Object{
		"tier":          attribute.Text("tier", "Default tier of the stream processors, such as `SP30`."),
		"max_tier_size": attribute.Text("maxTierSize", "Largest tier that a stream processor can use, such as `SP50`."),
	}),
	"sample_connections": attribute.Nested("sampleConnections", "Sample connections that Atlas adds to the instance.", attribute.Object{
		"solar": attribute.Bool("solar", "Whether Atlas adds the sample connection `sample_stream_solar`."),
	}),
}

var region = attribute.Object{
	"cloud_provider": attribute.Text("cloudProvider", "Cloud provider: `AWS`, `AZURE`, or `GCP`."),
	"region":         attribute.Text("region", "Name of the region in Atlas, such as `VIRGINIA_USA`."),
}

var instanceType = instance.TerraformType()

var _ datasource.DataSourceWithConfigure = (*instancesDataSource)(nil)

// New returns the data source atlas_streams_instances.
func New() datasource.DataSource { return &instancesDataSource{} }

type instancesDataSource struct{ configured.DataSource }

// instancesModel contains the arguments.
type instancesModel struct {
	ProjectID, NameRegex types.String
	Timeouts             timeouts.Value
}

func (d *instancesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_streams_instances"
}

func (d *instancesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists all stream processing instances of a project. Atlas now calls an instance a workspace. " +
			"See [Return All Stream Workspaces in One Project]" +
			"(https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupstreamworkspaces) " +
			"in the Atlas Administration API.",
		Attributes: map[string]schema.Attribute{
			"project_id": argument.ProjectID(),
			"name_regex": argument.NameRegex("instances"),
			"timeouts":   argument.Timeouts(),
			"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the project."},
			"results":    instance.ListAttribute("Instances, sorted by name. The list is empty, not null, if there are none."),
		},
	}
}

func (d *instancesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if resp.Diagnostics.Append(d.Unready()...); resp.Diagnostics.HasError() {
		return
	}
	var config instancesModel
	resp.Diagnostics.Append(argument.Read(ctx, req.Config, map[string]any{
		"project_id": &config.ProjectID,
		"name_regex": &config.NameRegex,
		"timeouts":   &config.Timeouts,
	})...)
	timeout, diags := config.Timeouts.Read(ctx, argument.DefaultReadTimeout)
	name, nameDiags := argument.CompileNameRegex(config.NameRegex)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(nameDiags...)
	if resp.Diagnostics.HasError() {
		return
	}

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	projectID := config.ProjectID.ValueString()
	request := diagnostic.Request{
		Client:  d.Client,
		Summary: "Unable to list stream processing instances",
		Asked:   "the stream processing instances of the project " + projectID,
		Roles:   diagnostic.ReadRoles,
	}
	listing, err := d.Client.ListStreamInstances(ctx, atlas.ListRequest{ProjectID: projectID})
	if err != nil {
		resp.Diagnostics.Append(request.Failed(err))
		return
	}
	resp.Diagnostics.Append(diagnostic.Short("Fewer stream processing instances than reported", "instances", listing)...)
	instances := slices.DeleteFunc(listing.Results, func(i *atlas.Resource) bool { return !name.MatchString(i.Name) })
	slices.SortFunc(instances, func(a, b *atlas.Resource) int { return cmp.Compare(a.Name, b.Name) })
	results, unreadable := newResults(request, instances)
	if unreadable != nil {
		resp.Diagnostics.Append(unreadable)
		return
	}
	configured.Respond(req, resp, map[string]tftypes.Value{
		"id":      tftypes.NewValue(tftypes.String, projectID),
		"results": tftypes.NewValue(tftypes.List{ElementType: instanceType}, results),
	})
}

// newResults returns the values of instances, or the diagnostic of request for one that cannot be decoded.
func newResults(request diagnostic.Request, instances []*atlas.Resource) ([]tftypes.Value, diag.Diagnostic) {
	results := make([]tftypes.Value, len(instances))
	for i, listed := range instances {
		fields, err := listed.Fields()
		if err != nil {
			return nil, request.Unreadable("instance", listed, err)
		}
		values, err := instance.Values(fields)
		if err != nil {
			return nil, request.Unreadable("instance", listed, err)
		}
		results[i] = tftypes.NewValue(instanceType, values)
	}
	return results, nil
}
