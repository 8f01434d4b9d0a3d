// Package provider defines the provider: its schema, the sources of its credentials, and its data sources.
package provider

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streaminstances"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamprivatelinks"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamprocessors"
)

// Address is the address of the provider in the Terraform Registry.
const Address = "registry.terraform.io/seed-5109b9b7/atlas"

const defaultMaxRetries = 4

var (
	_ provider.ProviderWithFunctions      = (*Provider)(nil)
	_ provider.ProviderWithValidateConfig = (*Provider)(nil)
)

// New returns the provider. version is the version of the provider, such as "1.2.3".
func New(version string, options ...Option) *Provider {
	p := &Provider{version: version, getenv: os.Getenv}
	for _, option := range options {
		option(p)
	}
	return p
}

// Option changes a provider for tests.
type Option func(*Provider)

// WithDialer makes every connection with dial instead of a net.Dialer. Tests in virtual time need it: synctest does not wait for
// real sockets.
func WithDialer(dial func(ctx context.Context, network, address string) (net.Conn, error)) Option {
	return func(p *Provider) { p.dial = dial }
}

// Provider is the provider atlas. Call Close after it has served its last request.
type Provider struct {
	version string
	getenv  func(string) string
	dial    func(ctx context.Context, network, address string) (net.Conn, error) // nil for a net.Dialer

	mu      sync.Mutex
	clients []*atlas.Client
	closed  bool
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
	credential := []validator.String{credentialValidator}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads MongoDB Atlas through its Administration API.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: describeCredential("client_id", "Client ID of a service account. Requires `client_secret`."),
				Validators:          credential,
			},
			"client_secret": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: describeCredential("client_secret", "Client secret of a service account. Requires `client_id`."),
				Validators:          credential,
			},
			"access_token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: describeCredential("access_token", "A service account access token that you obtained yourself. "+
					"The provider does not renew it."),
				Validators: credential,
			},
			"public_key": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: describeCredential("public_key", "Public key of an API key. Requires `private_key`."),
				Validators:          credential,
			},
			"private_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: describeCredential("private_key", "Private key of an API key. Requires `public_key`."),
				Validators:          credential,
			},
			"base_url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: describe("URL of Atlas, without the path of the Administration API. "+
					"Defaults to `"+atlas.DefaultBaseURL+"`. For Atlas for Government, use `"+governmentURL+"`.", baseURLVariables) +
					" If none of them is set, `" + strings.Join(serviceVariables, "` or `") + "` can be `cloud` or `cloudgov`.",
				Validators: []validator.String{baseURLValidator},
			},
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("Maximum number of retries for transient failures, from `0` to `20`. "+
					"Defaults to `%d`.", defaultMaxRetries),
				Validators: []validator.Int64{int64validator.Between(0, 20)},
			},
		},
	}
}

// ValidateConfig implements provider.ProviderWithValidateConfig. It reports half a pair, which the environment cannot complete.
func (p *Provider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, f := range argumentFamilies {
		if missing, problem := f.missingArgument(&config); problem != nil {
			resp.Diagnostics.AddAttributeError(path.Root(missing), problem.Summary(), problem.Detail())
		}
	}
}

// Configure implements provider.Provider. It sends no request. If it cannot set up a client, each read returns the reason
// instead, so that a configuration without reads needs no credentials.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.unknown() != "" && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
	}
	client, problem := p.newClient(&config, req.TerraformVersion)
	data := read.Data{Client: client, Version: p.version}
	if problem != nil {
		data.Unusable = diag.Diagnostics{problem}
	} else {
		p.keep(ctx, client)
	}
	resp.DataSourceData = data
}

// keep remembers client for Close. If the provider has been closed, it closes client, so that its reads fail.
func (p *Provider) keep(ctx context.Context, client *atlas.Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		client.Close(ctx)
		return
	}
	p.clients = append(p.clients, client)
}

// newClient returns a client for config, or why there can be none.
func (p *Provider) newClient(config *providerModel, terraformVersion string) (*atlas.Client, diag.Diagnostic) {
	if name := config.unknown(); name != "" {
		return nil, diag.NewErrorDiagnostic("Unknown provider argument", "The provider argument "+name+" is not known yet.\n\n"+
			"Use a value that is known during plan. If it comes from a resource, apply that resource first, with -target or in a "+
			"separate configuration.")
	}
	resolved, problem := config.resolve(p.getenv)
	if problem != nil {
		return nil, problem
	}
	if resolved.UserAgent, problem = p.userAgent(terraformVersion); problem != nil {
		return nil, problem
	}
	resolved.Dial = p.dial
	client, err := atlas.New(resolved)
	if proxy, ok := errors.AsType[*atlas.ProxyError](err); ok {
		return nil, unusableProxy(proxy)
	}
	if err != nil {
		return nil, diag.NewErrorDiagnostic("Unable to set up the client", "The provider cannot sign in: "+err.Error()+".")
	}
	return client, nil
}

func unusableProxy(err *atlas.ProxyError) diag.Diagnostic {
	advice := "Set it to a URL such as http://proxy.example.com:3128, or unset it."
	if err.Encode {
		advice = "Percent-encode special characters in the user and the password, such as %40 for @, %23 for #, %25 for %, and %2F for /, " +
			"as in http://user:p%40ss@proxy.example.com:3128."
	}
	return diag.NewErrorDiagnostic("Unable to set up the client", "The provider cannot use the proxy: "+err.Error()+".\n\n"+advice)
}

// DataSources implements provider.Provider.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		streamconnections.NewConnection, streamconnections.NewConnections, streaminstances.New, streamprivatelinks.New, streamprocessors.New,
	}
}

// Functions implements provider.ProviderWithFunctions.
func (p *Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{streamprocessors.NewPipelineConnections}
}

// Resources implements provider.Provider. There are none.
func (p *Provider) Resources(context.Context) []func() resource.Resource { return nil }

// Close closes the clients that Configure created, all at once, and those that it will create; see atlas.Client. Reads in progress
// and later ones fail as interrupted.
func (p *Provider) Close(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var closing sync.WaitGroup
	for _, client := range p.clients {
		closing.Go(func() { client.Close(ctx) })
	}
	closing.Wait()
	p.clients, p.closed = nil, true
}
