package atlas

import (
	"strings"
	"testing"
)

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
