// Package provider is the provider itself: its schema, where its credentials come from, and which data sources it has.
package provider

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// Address is where registries know the provider.
const Address = "registry.terraform.io/seed-5109b9b7/atlas"

const defaultMaxRetries = 4

var _ provider.ProviderWithValidateConfig = (*Provider)(nil)

// New returns the provider; version is its own, such as "1.2.3".
func New(version string) *Provider {
	return &Provider{version: version, getenv: os.Getenv}
}

// Provider is the provider atlas. Close gives back what it holds once it serves no more.
type Provider struct {
	version string
	getenv  func(string) string

	mu      sync.Mutex
	clients []*atlas.Client
}

// providerModel is the configuration.
type providerModel struct {
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
	AccessToken  types.String `tfsdk:"access_token"`
	PublicKey    types.String `tfsdk:"public_key"`
	PrivateKey   types.String `tfsdk:"private_key"`
	BaseURL      types.String `tfsdk:"base_url"`
	MaxRetries   types.Int64  `tfsdk:"max_retries"`
}

// Metadata implements provider.Provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "atlas"
	resp.Version = p.version
}

// Schema implements provider.Provider.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	credential := []validator.String{credentialValidator{}}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads MongoDB Atlas through its Administration API.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Client ID of a service account, with `client_secret`. " +
					"The environment variable is `MONGODB_ATLAS_CLIENT_ID`.",
				Validators: credential,
			},
			"client_secret": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "Client secret of a service account, with `client_id`. " +
					"The environment variable is `MONGODB_ATLAS_CLIENT_SECRET`.",
				Validators: credential,
			},
			"access_token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "Access token of a service account, fetched elsewhere; the provider does not renew it. " +
					"The environment variable is `MONGODB_ATLAS_ACCESS_TOKEN`.",
				Validators: credential,
			},
			"public_key": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Public key of an API key, with `private_key`. The environment variable is " +
					"`MONGODB_ATLAS_PUBLIC_API_KEY` or `MONGODB_ATLAS_PUBLIC_KEY`.",
				Validators: credential,
			},
			"private_key": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "Private key of an API key, with `public_key`. The environment variable is " +
					"`MONGODB_ATLAS_PRIVATE_API_KEY` or `MONGODB_ATLAS_PRIVATE_KEY`.",
				Validators: credential,
			},
			"base_url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "URL that every request starts with. The default is `" + transport.DefaultBaseURL + "`; Atlas for Government " +
					"has `https://cloud.mongodbgov.com`. The environment variable is `MONGODB_ATLAS_BASE_URL`.",
				Validators: []validator.String{baseURLValidator{}},
			},
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("How many times a request is tried again after a failure that may pass, 0 to 20. "+
					"The default is %d.", defaultMaxRetries),
				Validators: []validator.Int64{int64validator.Between(0, 20)},
			},
		},
	}
}

// ValidateConfig implements provider.ProviderWithValidateConfig: it reports half a credential pair, which needs no
// environment to be wrong.
func (p *Provider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.halfPairs()...)
}

// Configure implements provider.Provider. It sends nothing.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := config.resolve(p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if settings.unknown != "" {
		resp.DataSourceData = atlas.NewPendingClient(settings.unknown)
		return
	}
	client, err := newClient(transport.Config{
		BaseURL:     settings.baseURL,
		Credentials: settings.credentials,
		MaxRetries:  settings.maxRetries,
		UserAgent:   fmt.Sprintf("terraform-provider-atlas/%s Terraform/%s", p.version, req.TerraformVersion),
	})
	if err != nil {
		resp.Diagnostics.AddError("Unable to set up the client", "The provider cannot reach Atlas: "+err.Error()+".")
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clients = append(p.clients, client)
	resp.DataSourceData = client
}

// newClient returns a client of the API that signs in and sends as cfg says.
func newClient(cfg transport.Config) (*atlas.Client, error) {
	t, err := transport.New(cfg)
	if err != nil {
		return nil, err
	}
	return atlas.NewClient(t)
}

// DataSources implements provider.Provider.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return streamconnections.New(p.version) },
	}
}

// Resources implements provider.Provider. There are none.
func (p *Provider) Resources(context.Context) []func() resource.Resource { return nil }

// Close closes the clients that Configure made; see atlas.Client.
func (p *Provider) Close(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, client := range p.clients {
		client.Close(ctx)
	}
	p.clients = nil
}
