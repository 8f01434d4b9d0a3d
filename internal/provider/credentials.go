package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// family is the names of the values that make one credential: arguments of the provider block, or environment variables. All
// of them are required, and values of different families are never combined. An access token has no id.
type family struct {
	kind       atlas.CredentialKind
	id, secret string
}

// names returns the names of the values.
func (f family) names() []string {
	if f.id == "" {
		return []string{f.secret}
	}
	return []string{f.id, f.secret}
}

// The families in order of precedence. The first one that sets anything counts.
var (
	argumentFamilies = []family{
		{atlas.AccessToken, "", "access_token"},
		{atlas.ServiceAccount, "client_id", "client_secret"},
		{atlas.APIKey, "public_key", "private_key"},
	}
	variableFamilies = []family{
		{atlas.AccessToken, "", "MONGODB_ATLAS_ACCESS_TOKEN"},
		{atlas.ServiceAccount, "MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET"},
		{atlas.APIKey, "MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY"},
		{atlas.APIKey, "MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_KEY"},
		{atlas.APIKey, "MCLI_PUBLIC_API_KEY", "MCLI_PRIVATE_API_KEY"},
	}
)

// argument returns the value of a credential's argument.
func (m *providerModel) argument(name string) types.String {
	return map[string]types.String{
		"access_token": m.AccessToken, "client_id": m.ClientID, "client_secret": m.ClientSecret,
		"public_key": m.PublicKey, "private_key": m.PrivateKey,
	}[name]
}

// family returns the family of arguments that the configuration sets, also if a value is not known yet. It is not ok if there is
// none.
func (m *providerModel) family() (found family, ok bool) {
	for _, f := range argumentFamilies {
		for _, name := range f.names() {
			if !m.argument(name).IsNull() {
				return f, true
			}
		}
	}
	return family{}, false
}

// variablesFor returns the environment variables for an argument, in order of precedence.
func variablesFor(argument string) []string {
	var variables []string
	for _, arguments := range argumentFamilies {
		for i, name := range arguments.names() {
			for _, f := range variableFamilies {
				if name == argument && f.kind == arguments.kind {
					variables = append(variables, f.names()[i])
				}
			}
		}
	}
	return variables
}

// describeCredential adds a sentence about the environment variables to text, which describes an argument.
func describeCredential(argument, text string) string { return describe(text, variablesFor(argument)) }

// resolveCredential returns the credential of the configuration or, if it sets none, of the environment. It never combines the
// two.
func (m *providerModel) resolveCredential(getenv func(string) string) (atlas.Credential, diag.Diagnostic) {
	if f, ok := m.family(); ok {
		if _, problem := f.missingArgument(m); problem != nil {
			return atlas.Credential{}, problem
		}
		return atlas.Credential{
			Kind: f.kind, Source: "of the provider block",
			ID: m.argument(f.id).ValueString(), Secret: m.argument(f.secret).ValueString(),
		}, nil
	}
	for _, f := range variableFamilies {
		if credential, ok, problem := f.fromEnvironment(getenv); ok || problem != nil {
			return credential, problem
		}
	}
	return atlas.Credential{}, missingCredentials()
}

// missingArgument returns the argument that is missing if the configuration sets only one half of a pair, and an error.
func (f family) missingArgument(m *providerModel) (argument string, problem diag.Diagnostic) {
	set, missing := f.id, f.secret
	if f.id == "" || m.argument(f.id).IsNull() == m.argument(f.secret).IsNull() {
		return "", nil
	}
	if m.argument(f.id).IsNull() {
		set, missing = missing, set
	}
	return missing, diag.NewErrorDiagnostic("Incomplete credentials", fmt.Sprintf(
		"The provider block sets %s but not %s.\n\n"+
			"Both must come from the same source, so the provider does not use %s from the environment.\n\n"+
			"Set %s in the provider block as well, or remove %s (or set it to null) and set %s and %s in the environment.",
		set, missing, strings.Join(variablesFor(missing), " or "),
		missing, set, variablesFor(set)[0], variablesFor(missing)[0]))
}

// fromEnvironment returns the credential of a family of variables. It is not ok if the environment sets none of them.
func (f family) fromEnvironment(getenv func(string) string) (credential atlas.Credential, ok bool, problem diag.Diagnostic) {
	var set, missing []string
	for _, variable := range f.names() {
		value := getenv(variable)
		if value == "" {
			missing = append(missing, variable)
			continue
		}
		set = append(set, variable)
		if err := checkCredential(f.kind == atlas.APIKey && variable == f.id, value); err != nil {
			return credential, false, diag.NewErrorDiagnostic("Invalid credential",
				fmt.Sprintf("The value of the environment variable %s %s.", variable, err))
		}
	}
	switch {
	case len(set) == 0:
		return credential, false, nil
	case len(missing) > 0:
		return credential, false, diag.NewErrorDiagnostic("Incomplete credentials", fmt.Sprintf(
			"The environment sets %[1]s but not %[2]s.\n\n"+
				"The provider uses the two together, and never combines one of them with the provider block or with other variables.\n\n"+
				"Set %[2]s in the environment as well, or unset %[1]s.", set[0], missing[0]))
	}
	id := ""
	if f.id != "" {
		id = getenv(f.id)
	}
	return atlas.Credential{Kind: f.kind, Source: "from " + strings.Join(set, " and "), ID: id, Secret: getenv(f.secret)}, true, nil
}

func missingCredentials() diag.Diagnostic {
	lines := []string{"Neither the provider block nor the environment sets credentials. Set one of these in the provider block, " +
		"or the variables in the environment:\n"}
	for _, f := range argumentFamilies {
		var variables []string
		for _, argument := range f.names() {
			variables = append(variables, variablesFor(argument)[0])
		}
		lines = append(lines, fmt.Sprintf("  - %s (%s)", strings.Join(f.names(), " and "), strings.Join(variables, " and ")))
	}
	return diag.NewErrorDiagnostic("Missing credentials", strings.Join(lines, "\n"))
}

// checkCredential returns an error if value cannot be a credential, for example because it ends with the line break of a file. It
// refuses nothing else: what Atlas's credentials may contain is not documented. The error completes the sentence "The value of …"
// and never contains the value.
func checkCredential(isPublicKey bool, value string) error {
	first, last := value[:min(1, len(value))], value[max(0, len(value)-1):]
	switch {
	case value == "":
		return errors.New("is empty: to use the environment instead, remove the argument or set it to null")
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return errors.New("has white space or control characters in it, such as the line break at the end of a file: remove them, for " +
			"example with trimspace(file(\"token\")) in the configuration or $(cat token) in a shell")
	case strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII }):
		return errors.New("has a character in it that is not ASCII, which can be invisible, such as the byte order mark of a file: type or " +
			"copy the value again")
	case len(value) > 1 && first == last && slices.Contains([]string{`"`, "'", "`"}, first):
		return errors.New("is in quotes: remove them")
	case first == "{":
		return errors.New("begins with {, as a JSON object does: use only the value of its field")
	case strings.Contains(value, "$(") || strings.Contains(value, "${"):
		return errors.New("contains $( or ${, so a variable in it was not replaced: check the place that sets it")
	case isPublicKey && strings.HasPrefix(value, "mdb_sa_"):
		return errors.New("begins with mdb_sa_, so it belongs to a service account: use client_id and client_secret " +
			"(MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET) instead of an API key")
	}
	return nil
}
