package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

func TestPrecedence(t *testing.T) {
	t.Parallel()
	var (
		token   = atlas.Credential{Kind: atlas.AccessToken, Secret: "token"}
		account = atlas.Credential{Kind: atlas.ServiceAccount, ID: "id", Secret: "secret"}
		key     = atlas.Credential{Kind: atlas.APIKey, ID: "public", Secret: "private"}
	)
	for name, test := range map[string]struct {
		config      map[string]string // "?" is unknown
		environment map[string]string
		want        atlas.Credential // without its source
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
			problem: "sets MONGODB_ATLAS_PUBLIC_KEY but not MONGODB_ATLAS_PRIVATE_KEY."},
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
				if got := model.problems(getenv); len(got) != 1 || !strings.Contains(got[0], test.problem) {
					t.Errorf("problems %q, want one with %q", got, test.problem)
				}
				return
			}
			if got := model.unknown(); got != test.unknown {
				t.Fatalf("unknown is %q, want %q", got, test.unknown)
			}
			if test.unknown != "" {
				return
			}
			resolved, problem := model.resolve(getenv)
			if problem != nil {
				t.Fatal(problem.Detail())
			}
			resolved.Credential.Source = ""
			if diff := cmp.Diff(test.want, resolved.Credential); diff != "" {
				t.Errorf("credentials (-want +got):\n%s", diff)
			}
		})
	}
}

// problems returns the errors of the validation or, if there are none, the error of the first read.
func (m *providerModel) problems(getenv func(string) string) []string {
	var problems []string
	for _, f := range argumentFamilies {
		if _, problem := f.missingArgument(m); problem != nil {
			problems = append(problems, problem.Detail())
		}
	}
	if _, problem := m.resolve(getenv); problem != nil && len(problems) == 0 {
		problems = append(problems, problem.Detail())
	}
	return problems
}

// A family of variables belongs to one account. The first one that sets anything counts.
func TestFamiliesOfVariablesAreNeverMixed(t *testing.T) {
	t.Parallel()
	ofAPIKeys := slices.DeleteFunc(slices.Clone(variableFamilies), func(f family) bool { return f.kind != atlas.APIKey })
	if len(ofAPIKeys) != 3 {
		t.Fatalf("%d families of an API key, want 3", len(ofAPIKeys))
	}
	for i, first := range ofAPIKeys {
		for _, later := range ofAPIKeys[i+1:] {
			for _, half := range first.names() {
				missing := first.id
				if half == first.id {
					missing = first.secret
				}
				environment := map[string]string{half: "mine", later.id: "other", later.secret: "other"}
				want := "The environment sets " + half + " but not " + missing + "."
				got := modelOf(nil).problems(func(name string) string { return environment[name] })
				if len(got) != 1 || !strings.HasPrefix(got[0], want) || strings.Contains(got[0], later.id) {
					t.Errorf("%s before the pair of %s: %q, want %q", half, later.id, got, want)
				}
			}
			whole := map[string]string{first.id: "mine", first.secret: "mine", later.id: "other", later.secret: "other"}
			resolved, problem := modelOf(nil).resolve(func(name string) string { return whole[name] })
			want := atlas.Credential{Kind: atlas.APIKey, Source: "from " + first.id + " and " + first.secret, ID: "mine", Secret: "mine"}
			if problem != nil || resolved.Credential != want {
				t.Errorf("%s before %s: %v %v", first.id, later.id, resolved.Credential, problem)
			}
		}
	}
}

func TestBaseURLIsResolvedByItself(t *testing.T) {
	t.Parallel()
	const government, commercial = "https://cloud.mongodbgov.com", "https://cloud.mongodb.com"
	type environment = map[string]string
	for name, test := range map[string]struct {
		config      string
		environment environment
		want        string
	}{
		"default":     {"", nil, commercial},
		"environment": {"", environment{"MONGODB_ATLAS_BASE_URL": government + "/"}, government},
		"environment by its other name": {"",
			environment{"MONGODB_ATLAS_OPS_MANAGER_URL": government + "/"}, government},
		"environment of the CLI": {"", environment{"MCLI_OPS_MANAGER_URL": government + "/"}, government},
		"environment of the CLI last": {"", environment{
			"MONGODB_ATLAS_BASE_URL": government, "MONGODB_ATLAS_OPS_MANAGER_URL": "https://example.com",
			"MCLI_OPS_MANAGER_URL": "https://example.com"}, government},
		"configuration before environment": {"https://example.com/atlas/", environment{
			"MONGODB_ATLAS_BASE_URL": government, "MCLI_OPS_MANAGER_URL": government, "MCLI_SERVICE": "x"}, "https://example.com/atlas"},
		"service":            {"", environment{"MONGODB_ATLAS_SERVICE": "cloudgov"}, government},
		"service of the CLI": {"", environment{"MCLI_SERVICE": "cloudgov"}, government},
		"commercial service": {"", environment{"MCLI_SERVICE": "cloud"}, commercial},
		"service, the one of the CLI last": {"",
			environment{"MONGODB_ATLAS_SERVICE": "cloudgov", "MCLI_SERVICE": "cloud"}, government},
		"URL before service": {"", environment{"MCLI_OPS_MANAGER_URL": "https://example.com", "MONGODB_ATLAS_SERVICE": "cloudgov"},
			"https://example.com"},
		"empty variables are not set": {"", environment{"MONGODB_ATLAS_BASE_URL": "", "MCLI_SERVICE": ""}, commercial},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := map[string]string{"access_token": "token"}
			if test.config != "" {
				config["base_url"] = test.config
			}
			resolved, problem := modelOf(config).resolve(func(name string) string { return test.environment[name] })
			if problem != nil {
				t.Fatal(problem.Detail())
			}
			if got := resolved.BaseURL.String(); got != test.want {
				t.Errorf("base URL %s, want %s", got, test.want)
			}
		})
	}
}

// A module must not lead the credentials of the environment to a host of its choice.
func TestCredentialsOfTheEnvironmentGoOnlyToHostsOfMongoDB(t *testing.T) {
	t.Parallel()
	const trusted, refused = true, false
	environment := func(name string) string { return map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token"}[name] }
	for base, want := range map[string]bool{
		"https://cloud.mongodb.com":              trusted,
		"https://cloud.mongodb.com:8443":         trusted,
		"https://cloud.mongodb.com.":             trusted,
		"https://CLOUD.MongoDB.com/path":         trusted,
		"https://mongodb.com":                    trusted,
		"https://a.b.mongodb.com":                trusted,
		"https://cloud.mongodbgov.com":           trusted,
		"http://127.0.0.1:8080":                  trusted,
		"http://[::1]:8080":                      trusted,
		"http://localhost:8080":                  trusted,
		"https://localhost":                      trusted,
		"https://mongodb.com.evil.invalid":       refused,
		"https://cloud.mongodb.com.evil.invalid": refused,
		"https://evilmongodb.com":                refused,
		"https://evil-mongodb.com":               refused,
		"https://mongodb.com..":                  refused,
		"https://mongodb.co":                     refused,
		"https://com":                            refused,
		"https://elsewhere.invalid/mongodb.com":  refused,
		"https://localhost.evil.invalid":         refused,
		"https://127.0.0.1.evil.invalid":         refused,
		"https://192.0.2.1":                      refused,
	} {
		_, problem := modelOf(map[string]string{"base_url": base}).resolve(environment)
		if (problem == nil) != want {
			t.Errorf("%s: %v, want trust %t", base, problem, want)
		}
		if _, problem := modelOf(map[string]string{"base_url": base, "access_token": "token"}).resolve(environment); problem != nil {
			t.Errorf("%s with credentials in the block: %s", base, problem.Detail())
		}
		ofEnvironment := func(name string) string {
			return map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token", "MONGODB_ATLAS_BASE_URL": base}[name]
		}
		if _, problem := modelOf(nil).resolve(ofEnvironment); problem != nil {
			t.Errorf("%s of the environment: %s", base, problem.Detail())
		}
	}
}

// Each text completes the sentence "The value of …" and says what is wrong, but not the value.
func TestCredentialsThatCannotBeOnesAreRefused(t *testing.T) {
	t.Parallel()
	const value = "mdb_sa_sk_1"
	for credential, want := range map[string]string{
		"":                           "is empty: to use the environment instead, remove the argument or set it to null",
		value + "\n":                 "has white space or control characters in it, such as the line break at the end of a file",
		"\t" + value:                 "has white space",
		value + " " + value:          "has white space",
		value + "\u00a0":             "has white space",
		value + "\x00":               "has white space or control characters",
		"\ufeff" + value:             "has a character in it that is not ASCII, which can be invisible, such as the byte order mark of a file",
		value + "\u200b":             "has a character in it that is not ASCII",
		value + "é":                  "has a character in it that is not ASCII",
		value + "\xff":               "has a character in it that is not ASCII",
		`"` + value + `"`:            "is in quotes: remove them",
		"'" + value + "'":            "is in quotes",
		"`" + value + "`":            "is in quotes",
		`{"secret":"` + value + `"}`: "begins with {, as a JSON object does: use only the value of its field",
		"$(" + value + ")":           "contains $( or ${, so a variable in it was not replaced",
		"a${" + value + "}":          "contains $( or ${",
	} {
		err := checkCredential(false, credential)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), value) {
			t.Errorf("%q %v, want %q", credential, err, want)
		}
	}
	for _, credential := range []string{value, `"`, `a"b`, "a{b}", "$a", "a$", "%(a)%", `\`, "'a", "~!@#$^&*-_=+[]|;:,.<>/?"} {
		if err := checkCredential(false, credential); err != nil {
			t.Errorf("%q %v", credential, err)
		}
	}
	if err := checkCredential(true, "mdb_sa_id_1"); err == nil || !strings.HasPrefix(err.Error(), "begins with mdb_sa_") {
		t.Errorf("the client ID of a service account as a public key: %v", err)
	}
	if err := checkCredential(false, "mdb_sa_id_1"); err != nil {
		t.Errorf("a client ID %v", err)
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
