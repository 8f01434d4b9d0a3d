package provider_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestTheFirstReadReportsTheEnvironment(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment map[string]string
		summary     string
		detail      []string
	}{
		"no credentials": {nil, "Missing credentials", []string{
			"access_token (MONGODB_ATLAS_ACCESS_TOKEN)",
			"client_id and client_secret (MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET)",
			"public_key and private_key (MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY)"}},
		"half a pair": {map[string]string{"MCLI_PUBLIC_API_KEY": "abcdefgh"}, "Incomplete credentials", []string{
			"sets MCLI_PUBLIC_API_KEY but not MCLI_PRIVATE_API_KEY",
			"never combines one of them with the provider block or with other variables"}},
		"pairs of two accounts": {map[string]string{"MONGODB_ATLAS_PUBLIC_KEY": "mine", "MCLI_PRIVATE_API_KEY": "mdb_sa_sk_1"},
			"Incomplete credentials", []string{"sets MONGODB_ATLAS_PUBLIC_KEY but not MONGODB_ATLAS_PRIVATE_KEY"}},
		"service account as a key": {
			map[string]string{"MONGODB_ATLAS_PUBLIC_KEY": "mdb_sa_id_1", "MONGODB_ATLAS_PRIVATE_KEY": "mdb_sa_sk_1"},
			"Invalid credential", []string{"MONGODB_ATLAS_PUBLIC_KEY begins with mdb_sa_", "use client_id"}},
		"line break": {map[string]string{"MONGODB_ATLAS_CLIENT_ID": "mdb_sa_sk_1\n"}, "Invalid credential",
			[]string{"MONGODB_ATLAS_CLIENT_ID has white space"}},
		"byte order mark": {map[string]string{"MONGODB_ATLAS_CLIENT_ID": "\ufeffmdb_sa_sk_1"}, "Invalid credential",
			[]string{"MONGODB_ATLAS_CLIENT_ID has a character in it that is not ASCII"}},
		"quotes": {map[string]string{"MONGODB_ATLAS_CLIENT_ID": `"mdb_sa_sk_1"`}, "Invalid credential",
			[]string{"MONGODB_ATLAS_CLIENT_ID is in quotes"}},
		"variable that was not replaced": {map[string]string{"MONGODB_ATLAS_CLIENT_ID": "$(mdb_sa_sk_1)"}, "Invalid credential",
			[]string{"MONGODB_ATLAS_CLIENT_ID contains $( or ${"}},
		"JSON object": {map[string]string{"MONGODB_ATLAS_CLIENT_ID": `{"token":"mdb_sa_sk_1"}`}, "Invalid credential",
			[]string{"MONGODB_ATLAS_CLIENT_ID begins with {"}},
		"line break in the base URL": {
			map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t", "MCLI_OPS_MANAGER_URL": "https://cloud.mongodb.com\n"},
			"Invalid base URL", []string{"MCLI_OPS_MANAGER_URL must not contain white space or invisible characters"}},
		"byte order mark in the base URL": {
			map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t", "MCLI_OPS_MANAGER_URL": "\ufeffhttps://cloud.mongodb.com"},
			"Invalid base URL", []string{"MCLI_OPS_MANAGER_URL must not contain white space or invisible characters"}},
		"quotes around the base URL": {
			map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t", "MCLI_OPS_MANAGER_URL": `"https://cloud.mongodb.com"`},
			"Invalid base URL", []string{"MCLI_OPS_MANAGER_URL must not be in quotes"}},
		"quote before the base URL": {
			map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t", "MCLI_OPS_MANAGER_URL": `'https://cloud.mongodb.com`},
			"Invalid base URL", []string{"MCLI_OPS_MANAGER_URL must not be in quotes"}},
		"service": {map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t", "MONGODB_ATLAS_SERVICE": "gov"},
			"Invalid base URL", []string{"MONGODB_ATLAS_SERVICE must be cloud or cloudgov"}},
		"service of the Atlas CLI": {map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t", "MCLI_SERVICE": "cloudgov "},
			"Invalid base URL", []string{"MCLI_SERVICE must be cloud or cloudgov, without white space or quotes"}},
		"base URL": {map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t", "MCLI_OPS_MANAGER_URL": "http://mdb_sa_sk_1.invalid"},
			"Invalid base URL", []string{"MCLI_OPS_MANAGER_URL must use https"}},
		"path of the API": {
			map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t", "MCLI_OPS_MANAGER_URL": "https://cloud.mongodb.com/api/atlas/v2"},
			"Invalid base URL", []string{"MCLI_OPS_MANAGER_URL must not end in /api/atlas/v2: leave that out"}},
		"port": {map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t", "MCLI_OPS_MANAGER_URL": "https://cloud.mongodb.com:99999"},
			"Invalid base URL", []string{"MCLI_OPS_MANAGER_URL must have a port from 1 to 65535"}},
		"user agent": {map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t", "TF_APPEND_USER_AGENT": "a\r\nAuthorization: mdb_sa_sk_1"},
			"Invalid user agent", []string{"TF_APPEND_USER_AGENT contains a line break"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := acctest.Serve(t, acctest.Data())
			environment := map[string]string{"MONGODB_ATLAS_BASE_URL": url}
			if maps.Copy(environment, test.environment); test.summary == "Invalid base URL" {
				delete(environment, "MONGODB_ATLAS_BASE_URL")
			}
			server := acctest.NewServer(t, provider.NewWithEnvironment("test", environment))
			if diagnostics := server.Configure(t, nil); len(diagnostics) > 0 {
				t.Fatalf("before the first read: %s", acctest.Texts(diagnostics))
			}
			_, diagnostics := server.Read(t, nil)
			if len(diagnostics) != 1 || diagnostics[0].Summary != test.summary {
				t.Fatalf("%s, want %s", acctest.Texts(diagnostics), test.summary)
			}
			for _, want := range test.detail {
				if !strings.Contains(diagnostics[0].Detail, want) {
					t.Errorf("does not say %q: %s", want, diagnostics[0].Detail)
				}
			}
			if strings.Contains(diagnostics[0].Detail, "mdb_sa_sk_1") {
				t.Errorf("shows a value: %s", diagnostics[0].Detail)
			}
			if got := len(s.Requests()); got > 0 {
				t.Errorf("%d requests, want none", got)
			}
		})
	}
}

func TestEveryReadOfAnUnconfiguredProviderIsAnError(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t, provider.New("test"))
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	arguments := map[string]tftypes.Value{
		"project_id": acctest.String(acctest.ProjectID), "instance_name": acctest.String(acctest.InstanceName), "name": acctest.String("a"),
	}
	for name, dataSource := range schema.DataSourceSchemas {
		values := map[string]tftypes.Value{}
		for _, attribute := range dataSource.Block.Attributes {
			values[attribute.Name] = tftypes.NewValue(attribute.ValueType(), nil)
			if argument, ok := arguments[attribute.Name]; ok {
				values[attribute.Name] = argument
			}
		}
		config, err := tfprotov6.NewDynamicValue(dataSource.ValueType(), tftypes.NewValue(dataSource.ValueType(), values))
		if err != nil {
			t.Fatal(err)
		}
		read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: &config})
		if err != nil {
			t.Fatal(err)
		}
		if len(read.Diagnostics) != 1 || read.Diagnostics[0].Summary != "Unconfigured provider" {
			t.Errorf("%s: %s, want one error", name, acctest.Texts(read.Diagnostics))
		}
	}
}

func TestUnknownArgumentDefersTheReadIfTheClientAllowsIt(t *testing.T) {
	t.Parallel()
	known := map[string]tftypes.Value{"access_token": acctest.String("token"), "base_url": acctest.String("https://atlas.invalid")}
	for name, typ := range map[string]tftypes.Type{
		"base_url": tftypes.String, "access_token": tftypes.String, "public_key": tftypes.String, "max_retries": tftypes.Number,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arguments := maps.Clone(known)
			if name == "public_key" {
				delete(arguments, "access_token")
				arguments["private_key"] = acctest.String("private")
			}
			arguments[name] = tftypes.NewValue(typ, tftypes.UnknownValue)
			for allowed, want := range map[bool]*tfprotov6.Deferred{
				true: {Reason: tfprotov6.DeferredReasonProviderConfigUnknown}, false: nil,
			} {
				server := acctest.NewServer(t, provider.New("test"))
				configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
					Config:             server.ProviderConfig(t, arguments),
					ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: allowed},
				})
				if err != nil || len(configured.Diagnostics) > 0 {
					t.Fatal(err, acctest.Texts(configured.Diagnostics))
				}
				read, err := server.ReadDataSource(t.Context(), server.ReadRequest(t, nil))
				if err != nil {
					t.Fatal(err)
				}
				if (read.Deferred == nil) != (want == nil) || want != nil && *read.Deferred != *want {
					t.Errorf("with deferral allowed %t: deferred %v, want %v", allowed, read.Deferred, want)
				}
				failed := len(read.Diagnostics) == 1 && strings.Contains(read.Diagnostics[0].Detail, name+" is not known yet")
				if failed == allowed {
					t.Errorf("with deferral allowed %t: %s", allowed, acctest.Texts(read.Diagnostics))
				}
			}
		})
	}
}

func TestUserAgentIsAppendedTo(t *testing.T) {
	t.Parallel()
	const own = "terraform-provider-atlas/1.2.3 Terraform/1.8.5"
	for name, test := range map[string]struct{ added, want string }{
		"nothing":        {"", own},
		"a product":      {"pipeline/7 (+https://example.com)", own + " pipeline/7 (+https://example.com)"},
		"with a newline": {" pipeline/7\n", own + " pipeline/7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := acctest.Serve(t, acctest.Data())
			server := acctest.NewServer(t, provider.NewWithEnvironment("1.2.3", map[string]string{"TF_APPEND_USER_AGENT": test.added}))
			server.ConfigureFor(t, url)
			if _, diagnostics := server.Read(t, nil); len(diagnostics) > 0 {
				t.Fatal(acctest.Texts(diagnostics))
			}
			for _, r := range s.Requests() {
				if r.UserAgent != test.want {
					t.Errorf("%s: User-Agent %q, want %q", r.Endpoint, r.UserAgent, test.want)
				}
			}
		})
	}
}

func TestRefusedSignInNamesTheCredential(t *testing.T) {
	t.Parallel()
	const refused = "refused-by-the-sandbox"
	for want, source := range map[string]struct {
		arguments, environment map[string]string
	}{
		"the access token of the provider block":    {map[string]string{"access_token": refused}, nil},
		"the service account of the provider block": {map[string]string{"client_id": refused, "client_secret": refused}, nil},
		"the API key of the provider block":         {map[string]string{"public_key": refused, "private_key": refused}, nil},
		"the access token from MONGODB_ATLAS_ACCESS_TOKEN": {nil, map[string]string{
			"MONGODB_ATLAS_ACCESS_TOKEN": refused}},
		"the service account from MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET": {nil, map[string]string{
			"MONGODB_ATLAS_CLIENT_ID": refused, "MONGODB_ATLAS_CLIENT_SECRET": refused}},
		"the API key from MCLI_PUBLIC_API_KEY and MCLI_PRIVATE_API_KEY": {nil, map[string]string{
			"MCLI_PUBLIC_API_KEY": refused, "MCLI_PRIVATE_API_KEY": refused}},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			_, url := acctest.Serve(t, acctest.Data())
			server := acctest.NewServer(t, provider.NewWithEnvironment("test", source.environment))
			arguments := map[string]tftypes.Value{"base_url": acctest.String(url)}
			for name, value := range source.arguments {
				arguments[name] = acctest.String(value)
			}
			if diagnostics := server.Configure(t, arguments); len(diagnostics) > 0 {
				t.Fatal(acctest.Texts(diagnostics))
			}
			_, diagnostics := server.Read(t, nil)
			if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, "Atlas rejected "+want+".") {
				t.Fatalf("%s, want an error that names %s", acctest.Texts(diagnostics), want)
			}
			if strings.Contains(diagnostics[0].Detail, refused) {
				t.Errorf("shows the credential: %s", diagnostics[0].Detail)
			}
		})
	}
}

func TestVariablesOfTheAtlasCLISignIn(t *testing.T) {
	t.Parallel()
	c := sandbox.DefaultCredentials()
	_, url := acctest.Serve(t, acctest.Data())
	server := acctest.NewServer(t, provider.NewWithEnvironment("test", map[string]string{
		"MCLI_OPS_MANAGER_URL": url, "MCLI_PUBLIC_API_KEY": c.PublicKey, "MCLI_PRIVATE_API_KEY": c.PrivateKey,
	}))
	if diagnostics := server.Configure(t, nil); len(diagnostics) > 0 {
		t.Fatal(acctest.Texts(diagnostics))
	}
	if _, diagnostics := server.Read(t, nil); len(diagnostics) > 0 {
		t.Error(acctest.Texts(diagnostics))
	}
}
