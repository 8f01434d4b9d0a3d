package streamconnections

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/argument"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/configured"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

var _ datasource.DataSourceWithConfigure = (*connectionDataSource)(nil)

// NewConnection returns the data source atlas_streams_connection.
func NewConnection() datasource.DataSource { return &connectionDataSource{} }

type connectionDataSource struct{ configured.DataSource }

// connectionModel contains the arguments of atlas_streams_connection.
type connectionModel struct {
	argument.Target

	Name             types.String
	IncludeSensitive types.Bool
	Timeouts         timeouts.Value
}

func (m *connectionModel) read(ctx context.Context, config tfsdk.Config) diag.Diagnostics {
	return argument.Read(ctx, config, m.Target.Values(), map[string]any{
		"name":              &m.Name,
		"include_sensitive": &m.IncludeSensitive,
		"timeouts":          &m.Timeouts,
	})
}

func (d *connectionDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_streams_connection"
}

func (d *connectionDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := result.Attributes()
	attributes["project_id"] = argument.ProjectID()
	attributes["instance_name"] = argument.InstanceName()
	attributes["workspace_name"] = argument.WorkspaceName()
	attributes["name"] = argument.Name("Name of the connection.")
	attributes["include_sensitive"] = argument.IncludeSensitive()
	attributes["timeouts"] = argument.Timeouts()
	attributes["https_headers"] = schema.MapAttribute{
		Computed:    true,
		Sensitive:   true,
		ElementType: types.StringType,
		MarkdownDescription: "Headers of the connection, keyed by header name. Null if the connection is not an HTTPS connection or if " +
			"`include_sensitive` is `false`.",
	}
	attributes["settings_json"] = schema.StringAttribute{
		Computed:  true,
		Sensitive: true,
		MarkdownDescription: "The connection as Atlas returned it, in JSON. Null if this version of the provider knows the type of the " +
			"connection or if `include_sensitive` is `false`.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one connection in an Atlas Stream Processing instance by name, including its type-specific settings. " +
			"See [Return One Stream Connection]" +
			"(https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupstreamconnection) " +
			"in the Atlas Administration API.",
		Attributes: attributes,
	}
}

func (d *connectionDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if resp.Diagnostics.Append(d.Unready()...); resp.Diagnostics.HasError() {
		return
	}
	var config connectionModel
	resp.Diagnostics.Append(config.read(ctx, req.Config)...)
	timeout, diags := config.Timeouts.Read(ctx, argument.DefaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	projectID, name := config.ProjectID.ValueString(), config.Name.ValueString()
	instance, argumentPath := config.Instance()
	request := diagnostic.Request{
		Client:  d.Client,
		Summary: "Unable to read streams connection",
		Asked: fmt.Sprintf("the connection %s of the stream processing instance %s in the project %s",
			diagnostic.Name(name), diagnostic.Name(instance), projectID),
		Roles:      diagnostic.ReadRoles,
		Instance:   argumentPath,
		Connection: name,
	}
	connection, err := d.Client.GetStreamConnection(ctx, projectID, instance, name)
	if err != nil {
		resp.Diagnostics.Append(request.Failed(err))
		return
	}
	decoded, err := decode(connection, argument.Includes(config.IncludeSensitive))
	if err != nil {
		resp.Diagnostics.Append(request.Unreadable("connection", connection, err))
		return
	}
	computed := decoded.attributes
	computed["https_headers"], computed["settings_json"] = decoded.headers, decoded.settings
	configured.Respond(req, resp, computed)
	resp.Diagnostics.Append(warnUnknownTypes(d.Data, []*atlas.Resource{connection}, config.IncludeSensitive)...)
}
