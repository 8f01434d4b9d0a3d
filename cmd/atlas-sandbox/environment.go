package main

import (
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

// variables are the environment variables from which the provider reads its base URL and credentials. Values from outside could
// take precedence over those of the sandbox, or be sent to it.
var variables = []string{
	"MONGODB_ATLAS_BASE_URL",
	"MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET",
	"MONGODB_ATLAS_ACCESS_TOKEN",
	"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY",
	"MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_KEY",
	"MCLI_OPS_MANAGER_URL", "MCLI_PUBLIC_API_KEY", "MCLI_PRIVATE_API_KEY",
}

// environment returns the variables that point the provider to a sandbox, as NAME=value.
func environment(baseURL, credentials string) []string {
	c := sandbox.DefaultCredentials()
	env := []string{"MONGODB_ATLAS_BASE_URL=" + baseURL}
	switch credentials {
	case accessToken:
		return append(env, "MONGODB_ATLAS_ACCESS_TOKEN="+c.AccessToken)
	case apiKey:
		return append(env, "MONGODB_ATLAS_PUBLIC_API_KEY="+c.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY="+c.PrivateKey)
	default:
		return append(env, "MONGODB_ATLAS_CLIENT_ID="+c.ClientID, "MONGODB_ATLAS_CLIENT_SECRET="+c.ClientSecret)
	}
}

// withoutAtlas returns an environment without the variables that point to Atlas.
func withoutAtlas(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		return slices.Contains(variables, variableName(entry))
	})
}

// shellCommands returns commands for a POSIX shell that set the entries of env and unset the other variables that point to Atlas.
func shellCommands(env []string) []string {
	others := slices.Clone(variables)
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
