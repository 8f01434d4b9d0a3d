package provider

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/net/http/httpguts"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

var baseURL = providerArgument{"base_url", []string{"MONGODB_ATLAS_BASE_URL", "MCLI_OPS_MANAGER_URL"},
	func(m *providerModel) types.String { return m.BaseURL }}

// settings are the configuration after the environment and the defaults are applied.
type settings struct {
	credentials credentials
	baseURL     *url.URL
	maxRetries  int
}

// unknown returns the name of an argument that the settings require and whose value is not known yet, or "". The
// environment never replaces an unknown argument.
func (m *providerModel) unknown() string {
	if m.BaseURL.IsUnknown() {
		return baseURL.name
	}
	if kind, ok := m.credentialKind(); ok {
		for _, a := range kind.arguments {
			if a.value(m).IsUnknown() {
				return a.name
			}
		}
	}
	if m.MaxRetries.IsUnknown() {
		return "max_retries"
	}
	return ""
}

// resolve applies the environment and the defaults to a configuration without unknown arguments. It fails with an
// atlas.ConfigurationError.
func (m *providerModel) resolve(getenv func(string) string) (settings, error) {
	base, err := m.resolveBaseURL(getenv)
	if err != nil {
		return settings{}, err
	}
	found, err := m.resolveCredentials(getenv)
	if err != nil {
		return settings{}, err
	}
	s := settings{credentials: found, baseURL: base, maxRetries: defaultMaxRetries}
	if !m.MaxRetries.IsNull() {
		s.maxRetries = int(m.MaxRetries.ValueInt64())
	}
	return s, nil
}

func (m *providerModel) resolveBaseURL(getenv func(string) string) (*url.URL, error) {
	text, source := m.BaseURL.ValueString(), ""
	if m.BaseURL.IsNull() {
		text = transport.DefaultBaseURL
		if variable, value := baseURL.lookup(getenv); value != "" {
			text, source = value, " in the environment variable "+variable
		}
	}
	u, err := transport.ParseBaseURL(text)
	if err != nil {
		return nil, &atlas.ConfigurationError{
			Argument: baseURL.name,
			Summary:  "Invalid base URL",
			Detail:   fmt.Sprintf("The base URL%s %s.", source, err),
		}
	}
	return u, nil
}

// userAgentVariable is an environment variable that all providers that use the Terraform plugin SDK read.
const userAgentVariable = "TF_APPEND_USER_AGENT"

// userAgent returns the User-Agent of each request: the provider, Terraform, and the value of userAgentVariable.
func (p *Provider) userAgent(terraformVersion string) (string, error) {
	agent := fmt.Sprintf("terraform-provider-atlas/%s Terraform/%s", p.version, terraformVersion)
	added := strings.TrimSpace(p.getenv(userAgentVariable))
	if !httpguts.ValidHeaderFieldValue(added) {
		return "", &atlas.ConfigurationError{
			Summary: "Invalid user agent",
			Detail: "The value of the environment variable " + userAgentVariable + " contains a line break or another control character. " +
				"Remove it, or unset the variable.",
		}
	}
	return strings.TrimSpace(agent + " " + added), nil
}
