package provider

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// settings is the configuration with the environment and the defaults applied.
type settings struct {
	credentials transport.Credentials
	baseURL     *url.URL
	maxRetries  int
	// unknown is an argument that has no value before apply, so that nothing above can be relied on; "" where all have.
	unknown string
}

// argument is a provider argument that the environment can give instead.
type argument struct {
	name      string
	variables []string // the first that is set counts
	value     func(*providerModel) types.String
}

// signIn is a kind of credentials: the arguments that it needs, all from one source.
type signIn struct {
	arguments   []argument
	credentials func(values []string) transport.Credentials
}

// signIns are the kinds of credentials in order of precedence.
var signIns = []signIn{
	{
		[]argument{
			{"access_token", []string{"MONGODB_ATLAS_ACCESS_TOKEN"}, func(m *providerModel) types.String { return m.AccessToken }},
		},
		func(values []string) transport.Credentials { return transport.AccessToken(values[0]) },
	},
	{
		[]argument{
			{"client_id", []string{"MONGODB_ATLAS_CLIENT_ID"}, func(m *providerModel) types.String { return m.ClientID }},
			{"client_secret", []string{"MONGODB_ATLAS_CLIENT_SECRET"}, func(m *providerModel) types.String { return m.ClientSecret }},
		},
		func(values []string) transport.Credentials {
			return transport.ServiceAccount{ClientID: values[0], ClientSecret: values[1]}
		},
	},
	{
		[]argument{
			{"public_key", []string{"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"},
				func(m *providerModel) types.String { return m.PublicKey }},
			{"private_key", []string{"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"},
				func(m *providerModel) types.String { return m.PrivateKey }},
		},
		func(values []string) transport.Credentials {
			return transport.APIKey{PublicKey: values[0], PrivateKey: values[1]}
		},
	},
}

const baseURLVariable = "MONGODB_ATLAS_BASE_URL"

// resolve applies the environment and the defaults. A credential is taken whole from one source, the configuration
// before the environment; base_url by itself.
func (m *providerModel) resolve(getenv func(string) string) (settings, diag.Diagnostics) {
	s := settings{maxRetries: defaultMaxRetries}
	if !m.MaxRetries.IsNull() {
		s.maxRetries = int(m.MaxRetries.ValueInt64())
	}
	diags := m.halfPairs()
	diags.Append(s.resolveBaseURL(m, getenv)...)
	if !diags.HasError() {
		diags.Append(s.resolveCredentials(m, getenv)...)
	}
	if m.MaxRetries.IsUnknown() {
		s.unknown = "max_retries"
	}
	return s, diags
}

func (s *settings) resolveBaseURL(m *providerModel, getenv func(string) string) diag.Diagnostics {
	text, source := m.BaseURL.ValueString(), "base_url"
	if m.BaseURL.IsUnknown() {
		s.unknown = "base_url"
		return nil
	}
	if m.BaseURL.IsNull() {
		text, source = getenv(baseURLVariable), "environment variable "+baseURLVariable
	}
	if text == "" {
		text = transport.DefaultBaseURL
	}
	baseURL, err := transport.ParseBaseURL(text)
	if err != nil {
		return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("base_url"), "Invalid base URL",
			fmt.Sprintf("The base URL of the %s %s.", source, err))}
	}
	s.baseURL = baseURL
	return nil
}

func (s *settings) resolveCredentials(m *providerModel, getenv func(string) string) diag.Diagnostics {
	for _, kind := range signIns {
		values := make([]string, len(kind.arguments))
		given := false
		for i, a := range kind.arguments {
			value := a.value(m)
			values[i] = value.ValueString()
			given = given || !value.IsNull()
			if value.IsUnknown() {
				s.unknown = a.name
			}
		}
		if given {
			s.credentials = kind.credentials(values)
			return nil
		}
	}
	for _, kind := range signIns {
		values := make([]string, len(kind.arguments))
		var given, missing []argument
		for i, a := range kind.arguments {
			variable, value := a.fromEnvironment(getenv)
			if value == "" {
				missing = append(missing, a)
				continue
			}
			given = append(given, a)
			values[i] = value
			if err := checkCredential(value); err != nil {
				return diag.Diagnostics{diag.NewErrorDiagnostic("Invalid credential",
					fmt.Sprintf("The value of the environment variable %s %s.", variable, err))}
			}
		}
		switch {
		case len(missing) == 0:
			s.credentials = kind.credentials(values)
			return nil
		case len(given) > 0:
			return diag.Diagnostics{halfPair(given[0], missing[0])}
		}
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Missing credentials", missingCredentials())}
}

// fromEnvironment returns the first variable that is set, and its value.
func (a argument) fromEnvironment(getenv func(string) string) (variable, value string) {
	for _, variable := range a.variables {
		if value := getenv(variable); value != "" {
			return variable, value
		}
	}
	return "", ""
}

// halfPairs reports the pairs of which the configuration has one half.
func (m *providerModel) halfPairs() diag.Diagnostics {
	var diags diag.Diagnostics
	for _, kind := range signIns {
		var given, missing []argument
		for _, a := range kind.arguments {
			if a.value(m).IsNull() {
				missing = append(missing, a)
			} else {
				given = append(given, a)
			}
		}
		if len(given) > 0 && len(missing) > 0 {
			diags.Append(halfPair(given[0], missing[0]))
		}
	}
	return diags
}

func halfPair(given, missing argument) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root(missing.name), "Incomplete credentials", fmt.Sprintf(
		"There is a value for %s and none for %s. Both come from one source: set %s beside %s in the provider's configuration, "+
			"or %s beside %s in the environment.",
		given.name, missing.name, missing.name, given.name,
		strings.Join(missing.variables, " or "), strings.Join(given.variables, " or ")))
}

func missingCredentials() string {
	lines := []string{"Set one of these in the provider's configuration, or its variables in the environment:\n"}
	for _, kind := range signIns {
		var names, variables []string
		for _, a := range kind.arguments {
			names = append(names, a.name)
			variables = append(variables, strings.Join(a.variables, " or "))
		}
		lines = append(lines, fmt.Sprintf("  - %s (%s)", strings.Join(names, " and "), strings.Join(variables, ", ")))
	}
	return strings.Join(lines, "\n")
}
