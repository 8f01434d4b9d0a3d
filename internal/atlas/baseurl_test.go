package atlas

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func mustParse(t *testing.T, base string) *url.URL {
	t.Helper()
	u, err := ParseBaseURL(base)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestParseBaseURL(t *testing.T) {
	t.Parallel()
	cases := map[string]string{ // to the resulting URL; empty if it is rejected
		"https://cloud.mongodb.com":          "https://cloud.mongodb.com",
		"https://cloud.mongodbgov.com/":      "https://cloud.mongodbgov.com",
		"HTTPS://cloud.mongodb.com":          "https://cloud.mongodb.com",
		"https://proxy.example:8443/atlas/":  "https://proxy.example:8443/atlas",
		"https://proxy.example/a%2Fb%20c/":   "https://proxy.example/a%2Fb%20c",
		"https://proxy.example/a%2F":         "https://proxy.example/a%2F",
		"https://proxy.example/api/atlas2":   "https://proxy.example/api/atlas2",
		"https://cloud.mongodb.com:65535":    "https://cloud.mongodb.com:65535",
		"http://127.0.0.1:8080":              "http://127.0.0.1:8080",
		"http://127.0.0.1:1":                 "http://127.0.0.1:1",
		"http://127.9.9.9":                   "http://127.9.9.9",
		"http://[::1]:8080":                  "http://[::1]:8080",
		"http://localhost:8080":              "http://localhost:8080",
		"":                                   "",
		"cloud.mongodb.com":                  "",
		"//cloud.mongodb.com":                "",
		"https:cloud.mongodb.com":            "",
		"https://":                           "",
		"https://:443":                       "",
		"ftp://cloud.mongodb.com":            "",
		"http://cloud.mongodb.com":           "",
		"http://10.0.0.1":                    "",
		"http://0.0.0.0":                     "",
		"http://localhost.example":           "",
		"http://127.0.0.1.example":           "",
		"https://user@cloud.mongodb.com":     "",
		"https://user:pass-word@example.com": "",
		"https://cloud.mongodb.com?x=y":      "",
		"https://cloud.mongodb.com?":         "",
		"https://cloud.mongodb.com#x":        "",
		"https://cloud.mongodb.com#":         "",
		"https://cloud.mongodb.com:port":     "",
		"https://cloud.mongodb.com\x00":      "",
		"https://cloud.mongodb.com:65536":    "",
		"https://cloud.mongodb.com:99999":    "",
		"http://127.0.0.1:0":                 "",
		"https://[::1":                       "",
	}
	for text, want := range cases {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			u, err := ParseBaseURL(text)
			switch {
			case want == "" && err == nil:
				t.Errorf("got %s", u)
			case want == "" && (!strings.HasPrefix(err.Error(), "must ") || strings.Contains(err.Error(), "pass-word")):
				t.Errorf("got %q", err)
			case want != "" && (err != nil || u.String() != want):
				t.Errorf("got %v, %v", u, err)
			}
		})
	}
}

func TestBaseURLsLeaveThePathOfTheAPIOut(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://cloud.mongodb.com/api/atlas":          "must not end in /api/atlas: leave that out, the provider adds it",
		"https://cloud.mongodb.com/api/atlas/":         "must not end in /api/atlas: leave that out, the provider adds it",
		"https://cloud.mongodb.com/api/atlas/v2":       "must not end in /api/atlas/v2: leave that out, the provider adds it",
		"https://cloud.mongodb.com/api/atlas/v2/":      "must not end in /api/atlas/v2: leave that out, the provider adds it",
		"https://cloud.mongodb.com/api/atlas/v1.0":     "must not end in /api/atlas/v1.0: leave that out, the provider adds it",
		"https://proxy.example/gateway/api/atlas/v2//": "must not end in /api/atlas/v2: leave that out, the provider adds it",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if _, err := ParseBaseURL(text); err == nil || err.Error() != want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOriginsHaveAPort(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"https://cloud.mongodb.com/path":  "https://cloud.mongodb.com:443",
		"https://Cloud.MongoDB.com:443":   "https://cloud.mongodb.com:443",
		"https://cloud.mongodb.com:8443/": "https://cloud.mongodb.com:8443",
		"http://localhost":                "http://localhost:80",
		"http://[::1]":                    "http://[::1]:80",
	} {
		if got := origin(mustParse(t, base)); got != want {
			t.Errorf("the origin of %s is %s, want %s", base, got, want)
		}
	}
}

// The environment's credentials must not follow a base URL that a module chose.
func TestOnlyMongoDBAndThisMachineAreTrusted(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]bool{
		"https://cloud.mongodb.com":            true,
		"https://cloud.mongodbgov.com/path":    true,
		"https://Cloud-Dev.MongoDB.com":        true,
		"https://mongodb.com":                  true,
		"https://cloud.mongodb.com.":           true,
		"http://localhost:8080":                true,
		"https://127.0.0.1":                    true,
		"http://[::1]:8080":                    true,
		"http://cloud.mongodb.com":             false,
		"https://mongodb.com.other.invalid":    false,
		"https://notmongodb.com":               false,
		"https://mongodb.com:443.invalid":      false,
		"https://other.invalid/mongodb.com":    false,
		"https://mongodb.com@other.invalid":    false,
		"https://10.0.0.1":                     false,
		"https://localhost.invalid":            false,
		"https://[2001:db8::1%25.mongodb.com]": false,
		"https://*.mongodb.com":                false,
		"https://.mongodb.com":                 false,
	} {
		u, err := url.Parse(base)
		if err == nil && IsTrusted(u) != want {
			t.Errorf("%s is trusted: %t", base, !want)
		}
	}
}

func TestBaseURLsHavePaths(t *testing.T) {
	t.Parallel()
	for base, prefix := range map[string]string{
		"http://127.0.0.1/behind/a/gateway": "/behind/a/gateway",
		"http://127.0.0.1/a%2Fgateway/":     "/a%2Fgateway",
	} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := sandbox.New(virtual.Data(3))
				client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					rest, ok := strings.CutPrefix(r.URL.EscapedPath(), prefix)
					target, err := url.Parse(rest + "?" + r.URL.RawQuery)
					if !ok || err != nil {
						t.Errorf("got a request for %s", r.RequestURI)
						return
					}
					r.URL = target
					s.ServeHTTP(w, r)
				}), signedInBy(testServiceAccount()), func(cfg *Config) { cfg.BaseURL = mustParse(t, base) })
				if _, err := read(t.Context(), client); err != nil {
					t.Fatal(err)
				}
				client.Close(t.Context())
				var got []string
				for _, r := range s.Requests() {
					got = append(got, r.Endpoint)
				}
				want := []string{sandbox.EndpointToken, sandbox.EndpointConnections, sandbox.EndpointRevoke}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		})
	}
}
