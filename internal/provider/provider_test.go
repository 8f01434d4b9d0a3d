package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestEverySignInReads(t *testing.T) {
	t.Parallel()
	for name, arguments := range acctest.SignInArguments("") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			authScheme, requests := "bearer", 6 // three pages, twice
			if name == "API key" {
				authScheme, requests = "digest", 7 // and the first challenge
			}
			s, url := acctest.Serve(t, acctest.Data(acctest.Samples(1234)...))
			server := acctest.NewServer(t, provider.NewWithEnvironment("1.2.3", nil))
			arguments["base_url"] = url
			if diagnostics := server.Configure(t, acctest.Strings(arguments)); len(diagnostics) > 0 {
				t.Fatal(acctest.Texts(diagnostics))
			}
			if got := len(s.Requests()); got > 0 {
				t.Errorf("%d requests before the first read", got)
			}
			if _, diagnostics := server.Read(t, nil); len(diagnostics) > 0 {
				t.Fatal(acctest.Texts(diagnostics))
			}
			if got := acctest.Count(s, sandbox.EndpointConnections); got != requests {
				t.Errorf("%d list requests, want %d", got, requests)
			}
			last := s.Requests()[len(s.Requests())-1]
			if last.AuthScheme != authScheme {
				t.Errorf("signed by %q, want %q", last.AuthScheme, authScheme)
			}
			if want := "terraform-provider-atlas/1.2.3 Terraform/1.8.5"; last.UserAgent != want {
				t.Errorf("User-Agent %q, want %q", last.UserAgent, want)
			}
		})
	}
}

func TestBadArgumentsAreErrorsBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		argument string
		want     string
	}{
		"service account as a key": {`public_key = "mdb_sa_id_1"`, "Invalid credential.*public_key begins with mdb_sa_.*use client_id"},
		"no URL":                   {`base_url = "atlas"`, "base_url.*Invalid base URL|Invalid base URL.*base_url"},
		"no host":                  {`base_url = "https://"`, "must be a URL with a scheme and a host"},
		"not parsed":               {`base_url = "https://a b"`, "must not contain white space"},
		"invisible character":      {`base_url = "https://cloud.mongodb.com\u200b"`, "must not contain white space or invisible characters"},
		"another scheme":           {`base_url = "ftp://cloud.mongodb.com"`, "must begin with https"},
		"plain http":               {`base_url = "http://cloud.mongodb.com"`, "must use https"},
		"query":                    {`base_url = "https://cloud.mongodb.com?a=b"`, "must not have a query"},
		"empty query":              {`base_url = "https://cloud.mongodb.com?"`, "must not have a query"},
		"fragment":                 {`base_url = "https://cloud.mongodb.com#a"`, "must not have a fragment"},
		"empty fragment":           {`base_url = "https://cloud.mongodb.com#"`, "must not have a fragment"},
		"user":                     {`base_url = "https://me:secret@cloud.mongodb.com"`, "must not contain a user"},
		"path of the API":          {`base_url = "https://cloud.mongodb.com/api/atlas"`, "must not end in /api/atlas: leave that out"},
		"path of the API, version": {`base_url = "https://cloud.mongodb.com/api/atlas/v2/"`, "must not end in /api/atlas/v2: leave that out"},
		"port out of range":        {`base_url = "https://cloud.mongodb.com:65536"`, "Invalid base URL.*must have a port from 1 to 65535"},
		"port zero":                {`base_url = "https://cloud.mongodb.com:0"`, "Invalid base URL.*must have a port from 1 to 65535"},
		"empty base URL":           {`base_url = ""`, "must be a URL with a scheme and a host"},
		"too few retries":          {`max_retries = -1`, "max_retries.*between 0 and 20"},
		"too many retries":         {`max_retries = 21`, "max_retries.*between 0 and 20"},
		"empty client id": {`client_id = ""`,
			"Invalid credential.*client_id is empty: to use the environment instead, remove the argument or set it to null"},
		"half an account":          {`client_secret = null`, "Incomplete credentials.*does not use MONGODB_ATLAS_CLIENT_SECRET"},
		"half a key":               {`public_key = "abcdefgh"`, "Incomplete credentials.*private_key"},
		"half a key, other":        {`private_key = "abcdefgh"`, "Incomplete credentials.*public_key"},
		"empty access token":       {`access_token = ""`, "Invalid credential.*access_token is empty"},
		"line break in a secret":   {`client_secret = "mdb_sa_sk_with_a_line_break\n"`, "Invalid credential.*client_secret has white space"},
		"space in an access token": {`access_token = "Bearer abc"`, "Invalid credential.*access_token has white space"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := acctest.Serve(t, acctest.Data())
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
				Steps: []resource.TestStep{{
					Config:      acctest.Override(acctest.ProviderBlock(url), test.argument) + acctest.DataBlock(),
					ExpectError: acctest.Folded(test.want),
				}},
			})
			if got := len(s.Requests()); got != 0 {
				t.Errorf("%d requests, want none", got)
			}
		})
	}
}

func TestBadBaseURLIsNotShown(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t, provider.New("test"))
	diagnostics := server.Configure(t, map[string]tftypes.Value{
		"access_token": acctest.String("token-of-this-test"), "base_url": acctest.String("https://me:hunter2@example.com"),
	})
	if text := strings.Join(acctest.Texts(diagnostics), "\n"); text == "" || strings.Contains(text, "hunter2") {
		t.Errorf("diagnostics %q, want an error without the password", text)
	}
}

func TestUnknownArgumentFailsTheReadAlone(t *testing.T) {
	t.Parallel()
	for _, argument := range []string{"base_url", "client_id", "client_secret", "max_retries"} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			s, url := acctest.Serve(t, acctest.Data())
			unknown := acctest.Override(acctest.ProviderBlock(url), argument+` = terraform_data.later.output`) +
				"resource \"terraform_data\" \"later\" {\n  input = \"1\"\n}\n"
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
				Steps: []resource.TestStep{{
					Config:             unknown,
					PlanOnly:           true,
					ExpectNonEmptyPlan: true,
				}, {
					Config: unknown + acctest.DataBlock(),
					ExpectError: acctest.Folded(
						"Unknown provider argument.*The provider argument " + argument + " is not known yet"),
				}},
			})
			if got := len(s.Requests()); got != 0 {
				t.Errorf("%d requests, want none", got)
			}
		})
	}
}
