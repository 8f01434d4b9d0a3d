package provider

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/net/http/httpguts"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/validation"
)

// providerArgument is an argument of the provider that can also come from the environment.
type providerArgument struct {
	name      string
	variables []string // in order of precedence; an empty variable is not set
	value     func(*providerModel) types.String
}

// lookup returns the first variable that is set, and its value.
func (a providerArgument) lookup(getenv func(string) string) (variable, value string) {
	for _, variable := range a.variables {
		if value := getenv(variable); value != "" {
			return variable, value
		}
	}
	return "", ""
}

// describe adds a sentence about the environment variables to text, which describes the argument.
func (a providerArgument) describe(text string) string {
	if len(a.variables) == 1 {
		return fmt.Sprintf("%s Can also be set with the `%s` environment variable.", text, a.variables[0])
	}
	return fmt.Sprintf("%s Can also be set with one of these environment variables, in order of precedence: `%s`.",
		text, strings.Join(a.variables, "`, `"))
}

var baseURL = providerArgument{"base_url", []string{"MONGODB_ATLAS_BASE_URL", "MCLI_OPS_MANAGER_URL"},
	func(m *providerModel) types.String { return m.BaseURL }}

// unknown returns the name of a required argument that is not known yet, or "". The environment never replaces one.
func (m *providerModel) unknown() string {
	required := []providerArgument{baseURL}
	if kind, ok := m.credentialKind(); ok {
		required = append(required, kind.arguments...)
	}
	for _, a := range required {
		if a.value(m).IsUnknown() {
			return a.name
		}
	}
	if m.MaxRetries.IsUnknown() {
		return "max_retries"
	}
	return ""
}

// resolve applies the environment and the defaults to a configuration without unknown arguments. It returns the configuration of a
// client, without a user agent, and the name of the credentials in a diagnostic. It fails with an atlas.ConfigurationError.
func (m *providerModel) resolve(getenv func(string) string) (config transport.Config, credentialName string, err error) {
	config.MaxRetries = defaultMaxRetries
	if !m.MaxRetries.IsNull() {
		config.MaxRetries = int(m.MaxRetries.ValueInt64())
	}
	if config.BaseURL, err = m.resolveBaseURL(getenv); err != nil {
		return config, "", err
	}
	config.Credentials, credentialName, err = m.resolveCredentials(getenv)
	return config, credentialName, err
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
			Summary: "Invalid base URL",
			Detail:  fmt.Sprintf("The base URL%s %s.", source, err),
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

var baseURLValidator = validation.String{
	Expected: "value must be an https URL",
	Summary:  "Invalid base URL",
	Check: func(_ path.Path, value string) string {
		if _, err := transport.ParseBaseURL(value); err != nil {
			return "The base URL " + err.Error() + "."
		}
		return ""
	},
}

// credentialValidator checks an argument that is part of a credential, and never shows its value.
var credentialValidator = validation.String{
	Expected: "value must not be empty or contain white space",
	Summary:  "Invalid credential",
	Check: func(argument path.Path, value string) string {
		if err := checkCredential(argument.String(), value); err != nil {
			return fmt.Sprintf("The value of %s %s.", argument, err)
		}
		return ""
	},
}

// checkCredential returns an error if value cannot be a value of the credential argument, for example because it ends with
// the line break of a file. The error completes the sentence "The value of …".
func checkCredential(argument, value string) error {
	switch {
	case value == "":
		return errors.New("is empty: remove the argument to use the environment instead")
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return errors.New("has white space or control characters in it, such as the line break at the end of a file: remove them, for " +
			"example with trimspace(file(\"token\")) in the configuration or $(cat token) in a shell")
	case argument == publicKey.name && strings.HasPrefix(value, "mdb_sa_"):
		return errors.New("begins with mdb_sa_, so it belongs to a service account: use client_id and client_secret " +
			"(MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET) instead of an API key")
	}
	return nil
}
