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
		problem     string // part of the error
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
		"key of the environment by the names of the Atlas CLI": {
			environment: map[string]string{"MCLI_PUBLIC_API_KEY": "public", "MCLI_PRIVATE_API_KEY": "private"}, want: key},
		"key of the environment by all names": {environment: map[string]string{
			"MONGODB_ATLAS_PUBLIC_API_KEY": "public", "MONGODB_ATLAS_PUBLIC_KEY": "other", "MCLI_PUBLIC_API_KEY": "other",
			"MONGODB_ATLAS_PRIVATE_API_KEY": "private", "MONGODB_ATLAS_PRIVATE_KEY": "other", "MCLI_PRIVATE_API_KEY": "other"}, want: key},
		"key of the environment, the name of the Atlas CLI last": {environment: map[string]string{
			"MONGODB_ATLAS_PUBLIC_KEY": "public", "MCLI_PUBLIC_API_KEY": "other",
			"MONGODB_ATLAS_PRIVATE_KEY": "private", "MCLI_PRIVATE_API_KEY": "other"}, want: key},
		"account before the key of the Atlas CLI": {environment: map[string]string{
			"MONGODB_ATLAS_CLIENT_ID": "id", "MONGODB_ATLAS_CLIENT_SECRET": "secret",
			"MCLI_PUBLIC_API_KEY": "public", "MCLI_PRIVATE_API_KEY": "private"}, want: account},
		"empty variables are not set": {environment: map[string]string{
			"MONGODB_ATLAS_ACCESS_TOKEN": "", "MONGODB_ATLAS_CLIENT_ID": "", "MONGODB_ATLAS_PUBLIC_API_KEY": "",
			"MCLI_PUBLIC_API_KEY": "public", "MCLI_PRIVATE_API_KEY": "private"}, want: key},
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
			problem:     "does not use MONGODB_ATLAS_CLIENT_SECRET from the environment"},
		"half an account":  {config: map[string]string{"client_secret": "secret"}, problem: "sets client_secret but not client_id"},
		"half a key":       {config: map[string]string{"public_key": "public"}, problem: "sets public_key but not private_key"},
		"other half a key": {config: map[string]string{"private_key": "private"}, problem: "sets private_key but not public_key"},
		"half a key in the environment": {environment: map[string]string{"MONGODB_ATLAS_PUBLIC_KEY": "public"},
			problem: "sets MONGODB_ATLAS_PUBLIC_KEY but not " +
				"MONGODB_ATLAS_PRIVATE_API_KEY or MONGODB_ATLAS_PRIVATE_KEY or MCLI_PRIVATE_API_KEY"},
		"half an account before a key in the environment": {environment: map[string]string{
			"MONGODB_ATLAS_CLIENT_SECRET": "secret", "MCLI_PUBLIC_API_KEY": "public", "MCLI_PRIVATE_API_KEY": "private"},
			problem: "sets MONGODB_ATLAS_CLIENT_SECRET but not MONGODB_ATLAS_CLIENT_ID"},
		"half an account beside a token": {config: map[string]string{"access_token": "token", "client_id": "id"},
			problem: "sets client_id but not client_secret"},
		"half an account beside an unknown": {config: map[string]string{"client_secret": "?"},
			problem: "sets client_secret but not client_id"},
		"service account as the key of the environment": {
			environment: map[string]string{"MCLI_PUBLIC_API_KEY": "mdb_sa_id_1", "MCLI_PRIVATE_API_KEY": "mdb_sa_sk_1"},
			problem:     "MCLI_PUBLIC_API_KEY begins with mdb_sa_, so it belongs to a service account: use client_id"},
		"none": {problem: "access_token (MONGODB_ATLAS_ACCESS_TOKEN)"},
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
			problem:     "The base URL in the environment variable MONGODB_ATLAS_BASE_URL must use https"},
		"bad base URL in the environment of the Atlas CLI": {
			config:      map[string]string{"access_token": "token"},
			environment: map[string]string{"MCLI_OPS_MANAGER_URL": "http://example.com"},
			problem:     "The base URL in the environment variable MCLI_OPS_MANAGER_URL must use https"},
		"unknown account and base URL of the environment": {
			config:      map[string]string{"client_id": "?", "client_secret": "secret"},
			environment: map[string]string{"MONGODB_ATLAS_BASE_URL": "http://example.com"}, unknown: "client_id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := modelOf(test.config)
			getenv := func(name string) string { return test.environment[name] }
			if test.problem != "" {
				if got := model.problems(getenv); len(got) != 1 || !strings.Contains(got[0].Error(), test.problem) {
					t.Errorf("problems %v, want one with %q", got, test.problem)
				}
				return
			}
			if got := model.unknown(); got != test.unknown {
				t.Fatalf("unknown is %q, want %q", got, test.unknown)
			}
			if test.unknown != "" {
				return
			}
			resolved, _, err := model.resolve(getenv)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, resolved.Credentials); diff != "" {
				t.Errorf("credentials (-want +got):\n%s", diff)
			}
		})
	}
}

// problems returns the errors of the validation or, if there are none, the error of the first read.
func (m *providerModel) problems(getenv func(string) string) []error {
	var problems []error
	for _, kind := range credentialKinds {
		if _, err := kind.checkPair(m); err != nil {
			problems = append(problems, err)
		}
	}
	if _, _, err := m.resolve(getenv); err != nil && len(problems) == 0 {
		problems = append(problems, err)
	}
	return problems
}

func TestBaseURLIsResolvedByItself(t *testing.T) {
	t.Parallel()
	const government = "https://cloud.mongodbgov.com"
	type environment = map[string]string
	for name, test := range map[string]struct {
		config      string
		environment environment
		want        string
	}{
		"default":                {"", nil, "https://cloud.mongodb.com"},
		"environment":            {"", environment{"MONGODB_ATLAS_BASE_URL": government + "/"}, government},
		"environment of the CLI": {"", environment{"MCLI_OPS_MANAGER_URL": government + "/"}, government},
		"environment of the CLI last": {"",
			environment{"MONGODB_ATLAS_BASE_URL": government, "MCLI_OPS_MANAGER_URL": "https://example.com"}, government},
		"configuration before environment": {"https://example.com/atlas/",
			environment{"MONGODB_ATLAS_BASE_URL": government, "MCLI_OPS_MANAGER_URL": government}, "https://example.com/atlas"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := map[string]string{"access_token": "token"}
			if test.config != "" {
				config["base_url"] = test.config
			}
			resolved, _, err := modelOf(config).resolve(func(name string) string { return test.environment[name] })
			if err != nil {
				t.Fatal(err)
			}
			if got := resolved.BaseURL.String(); got != test.want {
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
