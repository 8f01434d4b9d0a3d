package provider

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"golang.org/x/net/http/httpguts"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/validation"
)

// governmentURL is the base URL of Atlas for Government.
const governmentURL = "https://cloud.mongodbgov.com"

// Environment variables for base_url, in order of precedence. Those of a service name a place instead of a URL.
var (
	baseURLVariables = []string{"MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_OPS_MANAGER_URL", "MCLI_OPS_MANAGER_URL"}
	serviceVariables = []string{"MONGODB_ATLAS_SERVICE", "MCLI_SERVICE"}
)

// describe adds a sentence about environment variables to text, which describes an argument.
func describe(text string, variables []string) string {
	if len(variables) == 1 {
		return fmt.Sprintf("%s Can also be set with the `%s` environment variable.", text, variables[0])
	}
	return fmt.Sprintf("%s Can also be set with one of these environment variables, in order of precedence: `%s`.",
		text, strings.Join(variables, "`, `"))
}

// unknown returns the name of a required argument that is not known yet, or "". The environment never replaces one.
func (m *providerModel) unknown() string {
	if m.BaseURL.IsUnknown() {
		return "base_url"
	}
	f, _ := m.family()
	for _, name := range f.names() {
		if m.argument(name).IsUnknown() {
			return name
		}
	}
	if m.MaxRetries.IsUnknown() {
		return "max_retries"
	}
	return ""
}

// resolve applies the environment and the defaults to a configuration without unknown arguments. It returns the configuration of
// a client, without a user agent.
func (m *providerModel) resolve(getenv func(string) string) (config atlas.Config, problem diag.Diagnostic) {
	config.MaxRetries = defaultMaxRetries
	if !m.MaxRetries.IsNull() {
		config.MaxRetries = int(m.MaxRetries.ValueInt64())
	}
	if config.BaseURL, problem = m.resolveBaseURL(getenv); problem != nil {
		return config, problem
	}
	if _, ok := m.family(); !ok && !m.BaseURL.IsNull() && !atlas.IsTrusted(config.BaseURL) {
		return config, diag.NewErrorDiagnostic("Missing credentials", fmt.Sprintf(
			"The provider block sets base_url to the host %s, which is not one of MongoDB's (mongodb.com, mongodbgov.com), but sets no "+
				"credentials.\n\nThe provider does not send the credentials of the environment to a host that a configuration chooses. Set "+
				"the credentials in the provider block as well, or set base_url with the environment variable %s instead.",
			config.BaseURL.Hostname(), baseURLVariables[0]))
	}
	config.Credential, problem = m.resolveCredential(getenv)
	return config, problem
}

func (m *providerModel) resolveBaseURL(getenv func(string) string) (*url.URL, diag.Diagnostic) {
	text, source := m.BaseURL.ValueString(), ""
	if m.BaseURL.IsNull() {
		variable := ""
		var problem diag.Diagnostic
		if text, variable, problem = baseURLFromEnvironment(getenv); problem != nil {
			return nil, problem
		}
		source = " in the environment variable " + variable
	}
	u, err := atlas.ParseBaseURL(text)
	if err != nil {
		return nil, diag.NewErrorDiagnostic("Invalid base URL", fmt.Sprintf("The base URL%s %s.", source, err))
	}
	return u, nil
}

// baseURLFromEnvironment returns the base URL of the environment and the variable that sets it, or the default.
func baseURLFromEnvironment(getenv func(string) string) (text, variable string, problem diag.Diagnostic) {
	for _, variable := range baseURLVariables {
		if value := getenv(variable); value != "" {
			return value, variable, nil
		}
	}
	for _, variable := range serviceVariables {
		switch getenv(variable) {
		case "":
		case "cloud":
			return atlas.DefaultBaseURL, variable, nil
		case "cloudgov":
			return governmentURL, variable, nil
		default:
			return "", "", diag.NewErrorDiagnostic("Invalid base URL", fmt.Sprintf(
				"The environment variable %s must be cloud or cloudgov, without white space or quotes, so that credentials are sent to the "+
					"right place. For another place, unset it and set %s.", variable, baseURLVariables[0]))
		}
	}
	return atlas.DefaultBaseURL, "", nil
}

// userAgentVariable is an environment variable that all providers that use the Terraform plugin SDK read.
const userAgentVariable = "TF_APPEND_USER_AGENT"

// userAgent returns the User-Agent of each request: the provider, Terraform, and the value of userAgentVariable.
func (p *Provider) userAgent(terraformVersion string) (string, diag.Diagnostic) {
	agent := fmt.Sprintf("terraform-provider-atlas/%s Terraform/%s", p.version, terraformVersion)
	added := strings.TrimSpace(p.getenv(userAgentVariable))
	if !httpguts.ValidHeaderFieldValue(added) {
		return "", diag.NewErrorDiagnostic("Invalid user agent", "The value of the environment variable "+userAgentVariable+
			" contains a line break or another control character. Remove it, or unset the variable.")
	}
	return strings.TrimSpace(agent + " " + added), nil
}

var baseURLValidator = validation.String{
	Expected: "value must be an https URL",
	Summary:  "Invalid base URL",
	Check: func(_ path.Path, value string) string {
		if _, err := atlas.ParseBaseURL(value); err != nil {
			return "The base URL " + err.Error() + "."
		}
		return ""
	},
}

// credentialValidator checks an argument that is part of a credential, and never shows its value.
var credentialValidator = validation.String{
	Expected: "value must be a credential without white space, quotes, or characters that are not ASCII",
	Summary:  "Invalid credential",
	Check: func(argument path.Path, value string) string {
		if err := checkCredential(argument.Equal(path.Root("public_key")), value); err != nil {
			return fmt.Sprintf("The value of %s %s.", argument, err)
		}
		return ""
	},
}
