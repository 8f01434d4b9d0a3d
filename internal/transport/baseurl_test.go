package transport

import (
	"strings"
	"testing"
)

func TestParseBaseURL(t *testing.T) {
	t.Parallel()
	cases := map[string]string{ // to what is used; empty where it is refused
		"https://cloud.mongodb.com":          "https://cloud.mongodb.com",
		"https://cloud.mongodbgov.com/":      "https://cloud.mongodbgov.com",
		"HTTPS://cloud.mongodb.com":          "https://cloud.mongodb.com",
		"https://proxy.example:8443/atlas/":  "https://proxy.example:8443/atlas",
		"http://127.0.0.1:8080":              "http://127.0.0.1:8080",
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
