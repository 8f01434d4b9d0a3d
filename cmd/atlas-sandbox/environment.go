package main

import (
	"slices"
	"strings"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// The ways to sign in that --sign-in knows.
const (
	signInServiceAccount = "service-account"
	signInAccessToken    = "access-token"
	signInAPIKey         = "api-key"
)

var signIns = []string{signInServiceAccount, signInAccessToken, signInAPIKey}

// variables are all that providers and tools of Atlas read an address or credentials from. What the parent has set of
// them must not decide how, or where, a child signs in.
var variables = []string{
	"MONGODB_ATLAS_BASE_URL",
	"MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET",
	"MONGODB_ATLAS_ACCESS_TOKEN",
	"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY",
	"MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_KEY",
	"MCLI_OPS_MANAGER_URL", "MCLI_PUBLIC_API_KEY", "MCLI_PRIVATE_API_KEY",
}

// environment returns what leads to the sandbox, as NAME=value.
func environment(baseURL, signIn string) []string {
	c := sandbox.DefaultCredentials()
	env := []string{"MONGODB_ATLAS_BASE_URL=" + baseURL}
	switch signIn {
	case signInAccessToken:
		return append(env, "MONGODB_ATLAS_ACCESS_TOKEN="+c.AccessToken)
	case signInAPIKey:
		return append(env, "MONGODB_ATLAS_PUBLIC_API_KEY="+c.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY="+c.PrivateKey)
	default:
		return append(env, "MONGODB_ATLAS_CLIENT_ID="+c.ClientID, "MONGODB_ATLAS_CLIENT_SECRET="+c.ClientSecret)
	}
}

// withoutAtlas returns an environment without what leads to Atlas.
func withoutAtlas(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains(variables, name)
	})
}
