package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// The kinds of credentials, which are the values of --sign-in.
const (
	serviceAccount = "service-account"
	accessToken    = "access-token"
	apiKey         = "api-key"
)

var credentialKinds = []string{serviceAccount, accessToken, apiKey}

// variables are the environment variables from which the provider reads its base URL and credentials.
var variables = []string{
	"MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_OPS_MANAGER_URL", "MONGODB_ATLAS_SERVICE",
	"MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET",
	"MONGODB_ATLAS_ACCESS_TOKEN",
	"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY",
	"MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_KEY",
	"MCLI_OPS_MANAGER_URL", "MCLI_SERVICE", "MCLI_PUBLIC_API_KEY", "MCLI_PRIVATE_API_KEY",
}

// isAtlas reports whether a variable belongs to the provider or the Atlas CLI. Its value could take precedence over that of the
// sandbox, or be sent to it. Windows ignores the case of names; elsewhere, nothing reads these names in another case.
func isAtlas(name string) bool {
	name = strings.ToUpper(name)
	return strings.HasPrefix(name, "MONGODB_ATLAS_") || strings.HasPrefix(name, "MCLI_")
}

// environment returns the variables that point the provider to a sandbox and sign in with one kind of its credentials, as
// NAME=value.
func environment(baseURL, kind string, c sandbox.Credentials) []string {
	env := []string{"MONGODB_ATLAS_BASE_URL=" + baseURL}
	switch kind {
	case accessToken:
		return append(env, "MONGODB_ATLAS_ACCESS_TOKEN="+c.AccessToken)
	case apiKey:
		return append(env, "MONGODB_ATLAS_PUBLIC_API_KEY="+c.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY="+c.PrivateKey)
	default:
		return append(env, "MONGODB_ATLAS_CLIENT_ID="+c.ClientID, "MONGODB_ATLAS_CLIENT_SECRET="+c.ClientSecret)
	}
}

// withoutAtlas returns an environment without the variables that could point elsewhere.
func withoutAtlas(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(entry string) bool { return isAtlas(variableName(entry)) })
}

var shellName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// shellCommands returns commands for a POSIX shell that set the entries of env and unset the other variables that could point
// elsewhere: those that the provider reads, and those in the environment of this process, which is usually that of the shell.
func shellCommands(env, environ []string) []string {
	others := slices.Clone(variables)
	for _, entry := range environ {
		if name := variableName(entry); isAtlas(name) && shellName.MatchString(name) && !slices.Contains(others, name) {
			others = append(others, name)
		}
	}
	var commands []string
	for _, entry := range env {
		commands = append(commands, "export "+entry)
		others = slices.DeleteFunc(others, func(name string) bool { return name == variableName(entry) })
	}
	return append(commands, "unset "+strings.Join(others, " "))
}

func variableName(entry string) string {
	name, _, _ := strings.Cut(entry, "=")
	return name
}
