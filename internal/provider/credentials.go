package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// The arguments that make up credentials.
var (
	accessToken = providerArgument{"access_token", []string{"MONGODB_ATLAS_ACCESS_TOKEN"},
		func(m *providerModel) types.String { return m.AccessToken }}
	clientID = providerArgument{"client_id", []string{"MONGODB_ATLAS_CLIENT_ID"},
		func(m *providerModel) types.String { return m.ClientID }}
	clientSecret = providerArgument{"client_secret", []string{"MONGODB_ATLAS_CLIENT_SECRET"},
		func(m *providerModel) types.String { return m.ClientSecret }}
	publicKey = providerArgument{"public_key", []string{"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY", "MCLI_PUBLIC_API_KEY"},
		func(m *providerModel) types.String { return m.PublicKey }}
	privateKey = providerArgument{"private_key",
		[]string{"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY", "MCLI_PRIVATE_API_KEY"},
		func(m *providerModel) types.String { return m.PrivateKey }}
)

// credentialKind is one kind of credentials. All its arguments are required and must come from the same source.
type credentialKind struct {
	name        string // begins the name of the credentials, by which package diagnostic tells the kinds apart
	arguments   []providerArgument
	credentials func(values []string) transport.Credentials
}

// credentialKinds are in order of precedence.
var credentialKinds = []credentialKind{
	{"access token", []providerArgument{accessToken}, func(values []string) transport.Credentials {
		return transport.AccessToken(values[0])
	}},
	{"service account", []providerArgument{clientID, clientSecret}, func(values []string) transport.Credentials {
		return transport.ServiceAccount{ClientID: values[0], ClientSecret: values[1]}
	}},
	{"API key", []providerArgument{publicKey, privateKey}, func(values []string) transport.Credentials {
		return transport.APIKey{PublicKey: values[0], PrivateKey: values[1]}
	}},
}

// resolveCredentials returns the credentials of the configuration or, if it sets none, of the environment. It never
// combines the two. The name names the credentials in a diagnostic, such as "the API key of the provider block".
func (m *providerModel) resolveCredentials(getenv func(string) string) (found transport.Credentials, name string, err error) {
	if kind, ok := m.credentialKind(); ok {
		return kind.fromConfiguration(m)
	}
	for _, kind := range credentialKinds {
		if found, name, err := kind.fromEnvironment(getenv); found != nil || err != nil {
			return found, name, err
		}
	}
	return nil, "", missingCredentials()
}

// credentialKind returns the kind of credentials that the configuration sets. It is not ok if the configuration sets none.
func (m *providerModel) credentialKind() (kind credentialKind, ok bool) {
	for _, kind := range credentialKinds {
		if slices.ContainsFunc(kind.arguments, func(a providerArgument) bool { return !a.value(m).IsNull() }) {
			return kind, true
		}
	}
	return credentialKind{}, false
}

func (k credentialKind) fromConfiguration(m *providerModel) (found transport.Credentials, name string, err error) {
	if _, err := k.checkPair(m); err != nil {
		return nil, "", err
	}
	values := make([]string, len(k.arguments))
	for i, a := range k.arguments {
		values[i] = a.value(m).ValueString()
	}
	return k.credentials(values), "the " + k.name + " of the provider block", nil
}

// checkPair returns an error and the missing argument if the configuration sets only one half of a pair.
func (k credentialKind) checkPair(m *providerModel) (argument string, err *atlas.ConfigurationError) {
	var set, missing []providerArgument
	for _, a := range k.arguments {
		if a.value(m).IsNull() {
			missing = append(missing, a)
		} else {
			set = append(set, a)
		}
	}
	if len(set) == 0 || len(missing) == 0 {
		return "", nil
	}
	return missing[0].name, &atlas.ConfigurationError{
		Summary: "Incomplete credentials",
		Detail: fmt.Sprintf("The provider block sets %s but not %s.\n\n"+
			"Both must come from the same source, so the provider does not use %s from the environment.\n\n"+
			"Set %s in the provider block as well, or remove %s and set %s and %s in the environment.",
			set[0].name, missing[0].name, strings.Join(missing[0].variables, " or "),
			missing[0].name, set[0].name, set[0].variables[0], missing[0].variables[0]),
	}
}

// fromEnvironment returns the credentials of this kind from the environment, or nil if the environment sets none.
func (k credentialKind) fromEnvironment(getenv func(string) string) (found transport.Credentials, name string, err error) {
	var values, set []string
	var missing []providerArgument
	for _, a := range k.arguments {
		variable, value := a.lookup(getenv)
		if value == "" {
			missing = append(missing, a)
			continue
		}
		if err := checkCredential(a.name, value); err != nil {
			return nil, "", &atlas.ConfigurationError{
				Summary: "Invalid credential",
				Detail:  fmt.Sprintf("The value of the environment variable %s %s.", variable, err),
			}
		}
		values, set = append(values, value), append(set, variable)
	}
	switch {
	case len(set) == 0:
		return nil, "", nil
	case len(missing) > 0:
		return nil, "", &atlas.ConfigurationError{
			Summary: "Incomplete credentials",
			Detail: fmt.Sprintf("The environment sets %s but not %s.\n\n"+
				"Both must come from the same source: the provider does not combine the environment with the provider block, "+
				"and does not fall back to other credentials.\n\n"+
				"Set %s in the environment as well, or unset %s.",
				set[0], strings.Join(missing[0].variables, " or "), missing[0].variables[0], set[0]),
		}
	}
	return k.credentials(values), "the " + k.name + " from " + strings.Join(set, " and "), nil
}

func missingCredentials() *atlas.ConfigurationError {
	lines := []string{"Neither the provider block nor the environment sets credentials. Set one of these in the provider block, " +
		"or the variables in the environment:\n"}
	for _, kind := range credentialKinds {
		var names, variables []string
		for _, a := range kind.arguments {
			names = append(names, a.name)
			variables = append(variables, a.variables[0])
		}
		lines = append(lines, fmt.Sprintf("  - %s (%s)", strings.Join(names, " and "), strings.Join(variables, " and ")))
	}
	return &atlas.ConfigurationError{Summary: "Missing credentials", Detail: strings.Join(lines, "\n")}
}
