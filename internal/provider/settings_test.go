package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

func TestPrecedence(t *testing.T) {
	t.Parallel()
	var (
		token   = transport.AccessToken("token")
		account = transport.ServiceAccount{ClientID: "id", ClientSecret: "secret"}
		key     = transport.APIKey{PublicKey: "public", PrivateKey: "private"}
	)
	for name, test := range map[string]struct {
		config      map[string]string // "?" is unknown
		environment map[string]string
		want        transport.Credentials
		unknown     string
		problem     string // what the error's text has
	}{
		"token of the configuration":   {config: map[string]string{"access_token": "token"}, want: token},
		"account of the configuration": {config: map[string]string{"client_id": "id", "client_secret": "secret"}, want: account},
		"key of the configuration":     {config: map[string]string{"public_key": "public", "private_key": "private"}, want: key},
		"token of the environment":     {environment: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token"}, want: token},
		"account of the environment": {
			environment: map[string]string{"MONGODB_ATLAS_CLIENT_ID": "id", "MONGODB_ATLAS_CLIENT_SECRET": "secret"}, want: account},
		"key of the environment": {
			environment: map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": "public", "MONGODB_ATLAS_PRIVATE_API_KEY": "private"}, want: key},
		"key of the environment by its other names": {
			environment: map[string]string{"MONGODB_ATLAS_PUBLIC_KEY": "public", "MONGODB_ATLAS_PRIVATE_KEY": "private"}, want: key},
		"key of the environment by both names": {environment: map[string]string{
			"MONGODB_ATLAS_PUBLIC_API_KEY": "public", "MONGODB_ATLAS_PUBLIC_KEY": "other",
			"MONGODB_ATLAS_PRIVATE_KEY": "private"}, want: key},
		"configuration before environment": {
			config:      map[string]string{"public_key": "public", "private_key": "private"},
			environment: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "other"}, want: key},
		"token before account": {
			config: map[string]string{"access_token": "token", "client_id": "id", "client_secret": "secret"}, want: token},
		"account before key": {environment: map[string]string{
			"MONGODB_ATLAS_CLIENT_ID": "id", "MONGODB_ATLAS_CLIENT_SECRET": "secret",
			"MONGODB_ATLAS_PUBLIC_KEY": "public", "MONGODB_ATLAS_PRIVATE_KEY": "private"}, want: account},
		"token before half an account in the environment": {environment: map[string]string{
			"MONGODB_ATLAS_ACCESS_TOKEN": "token", "MONGODB_ATLAS_CLIENT_ID": "id"}, want: token},
		"no half from each source": {
			config:      map[string]string{"client_id": "id"},
			environment: map[string]string{"MONGODB_ATLAS_CLIENT_SECRET": "secret"},
			problem:     "MONGODB_ATLAS_CLIENT_SECRET beside MONGODB_ATLAS_CLIENT_ID"},
		"half an account":  {config: map[string]string{"client_secret": "secret"}, problem: "set client_id beside client_secret"},
		"half a key":       {config: map[string]string{"public_key": "public"}, problem: "set private_key beside public_key"},
		"other half a key": {config: map[string]string{"private_key": "private"}, problem: "set public_key beside private_key"},
		"half a key in the environment": {environment: map[string]string{"MONGODB_ATLAS_PUBLIC_KEY": "public"},
			problem: "MONGODB_ATLAS_PRIVATE_API_KEY or MONGODB_ATLAS_PRIVATE_KEY beside MONGODB_ATLAS_PUBLIC_API_KEY"},
		"half an account beside a token": {config: map[string]string{"access_token": "token", "client_id": "id"}, problem: "set client_secret"},
		"none":                           {problem: "access_token (MONGODB_ATLAS_ACCESS_TOKEN)"},
		"unknown secret": {
			config:      map[string]string{"client_id": "id", "client_secret": "?"},
			environment: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token"}, unknown: "client_secret"},
		"unknown token before a known account": {
			config: map[string]string{"access_token": "?", "client_id": "id", "client_secret": "secret"}, unknown: "access_token"},
		"unknown account behind a known token": {
			config: map[string]string{"access_token": "token", "client_id": "?", "client_secret": "?"}, want: token},
		"unknown base URL": {
			config:      map[string]string{"access_token": "token", "base_url": "?"},
			environment: map[string]string{"MONGODB_ATLAS_BASE_URL": "https://example.com"}, unknown: "base_url"},
		"line break in the environment": {
			environment: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token\n"},
			problem:     "The value of the environment variable MONGODB_ATLAS_ACCESS_TOKEN has white space"},
		"bad base URL in the environment": {
			config:      map[string]string{"access_token": "token"},
			environment: map[string]string{"MONGODB_ATLAS_BASE_URL": "http://example.com"},
			problem:     "The base URL of the environment variable MONGODB_ATLAS_BASE_URL must use https"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := modelOf(test.config)
			settings, diags := model.resolve(func(name string) string { return test.environment[name] })
			if test.problem != "" {
				if len(diags) != 1 || !strings.Contains(diags[0].Summary()+" "+diags[0].Detail(), test.problem) {
					t.Errorf("diagnostics %v, want one with %q", diags, test.problem)
				}
				return
			}
			if diags.HasError() {
				t.Fatal(diags)
			}
			if settings.unknown != test.unknown {
				t.Errorf("unknown is %q, want %q", settings.unknown, test.unknown)
			}
			if test.unknown != "" {
				return
			}
			if diff := cmp.Diff(test.want, settings.credentials); diff != "" {
				t.Errorf("credentials (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBaseURLIsResolvedByItself(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ config, environment, want string }{
		"default":                          {"", "", "https://cloud.mongodb.com"},
		"environment":                      {"", "https://cloud.mongodbgov.com/", "https://cloud.mongodbgov.com"},
		"configuration before environment": {"https://example.com/atlas/", "https://cloud.mongodbgov.com", "https://example.com/atlas"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := map[string]string{"access_token": "token"}
			if test.config != "" {
				config["base_url"] = test.config
			}
			settings, diags := modelOf(config).resolve(func(name string) string {
				return map[string]string{"MONGODB_ATLAS_BASE_URL": test.environment}[name]
			})
			if diags.HasError() {
				t.Fatal(diags)
			}
			if got := settings.baseURL.String(); got != test.want {
				t.Errorf("base URL %s, want %s", got, test.want)
			}
		})
	}
}

func modelOf(config map[string]string) *providerModel {
	value := func(name string) types.String {
		switch text, ok := config[name]; {
		case !ok:
			return types.StringNull()
		case text == "?":
			return types.StringUnknown()
		default:
			return types.StringValue(text)
		}
	}
	return &providerModel{
		ClientID:     value("client_id"),
		ClientSecret: value("client_secret"),
		AccessToken:  value("access_token"),
		PublicKey:    value("public_key"),
		PrivateKey:   value("private_key"),
		BaseURL:      value("base_url"),
	}
}
