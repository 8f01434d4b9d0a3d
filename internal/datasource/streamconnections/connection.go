package streamconnections

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

var _ datasource.DataSourceWithConfigure = (*connectionDataSource)(nil)

// NewConnection returns the data source atlas_streams_connection.
func NewConnection() datasource.DataSource { return &connectionDataSource{} }

type connectionDataSource struct{ read.DataSource }

// Metadata implements datasource.DataSource.
func (d *connectionDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_streams_connection"
}

// Schema implements datasource.DataSource.
func (d *connectionDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := result.Attributes()
	attributes["name"] = read.Name("Name of the connection.")
	attributes["include_sensitive"] = read.IncludeSensitive("https_headers", "settings_json")
	attributes["https_headers"] = schema.MapAttribute{
		Computed:    true,
		Sensitive:   true,
		ElementType: types.StringType,
		MarkdownDescription: "Headers of the connection, keyed by header name. Null unless the connection is an HTTPS connection and " +
			"`include_sensitive` is `true`.",
	}
	attributes["settings_json"] = schema.StringAttribute{
		Computed:  true,
		Sensitive: true,
		MarkdownDescription: "The connection as Atlas returned it, in JSON. Null unless `include_sensitive` is `true` and this version of the " +
			"provider does not know the type of the connection.",
	}
	resp.Schema = read.Schema("Reads one connection in an Atlas Stream Processing instance by name, including its type-specific settings. "+
		"See [Return One Stream Connection]"+
		"(https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupstreamconnection) "+
		"in the Atlas Administration API.", true, attributes)
}

// Read implements datasource.DataSource.
func (d *connectionDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	d.Run(ctx, req, resp, d.read)
}

func (d *connectionDataSource) read(ctx context.Context, arguments read.Arguments) (map[string]tftypes.Value, diag.Diagnostics) {
	projectID, name := arguments.Text("project_id"), arguments.Text("name")
	instance, at := arguments.Instance()
	request := diagnostic.Request{
		Client:  d.Client,
		Summary: "Unable to read streams connection",
		Asked: fmt.Sprintf("the connection %s of the stream processing instance %s in the project %s",
			diagnostic.Name(name), diagnostic.Name(instance), projectID),
		Instance:   at,
		Connection: name,
	}
	connection, err := d.Client.GetStreamConnection(ctx, projectID, instance, name)
	if err != nil {
		return nil, diag.Diagnostics{request.Failed(err)}
	}
	computed, err := decode(connection, arguments.Bool("include_sensitive"))
	if err != nil {
		return nil, diag.Diagnostics{request.Unreadable("connection", connection, err)}
	}
	return computed, warnUnknownTypes(d.Data, []*atlas.Resource{connection}, arguments.Bool("include_sensitive"))
}

// decode returns the values of the computed attributes, without the Sensitive ones unless includeSensitive is true.
func decode(connection *atlas.Resource, includeSensitive bool) (map[string]tftypes.Value, error) {
	fields, err := connection.Fields()
	if err != nil {
		return nil, err
	}
	values, err := result.Values(fields)
	if err != nil || !includeSensitive {
		return values, err
	}
	for name, secret := range connections.Secrets {
		if values[name], err = secret.Value(connection, fields); err != nil {
			return nil, err
		}
	}
	return values, nil
}
