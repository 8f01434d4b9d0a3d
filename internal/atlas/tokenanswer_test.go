package atlas

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestTokenAnswersThatAreNotJSON(t *testing.T) {
	t.Parallel()
	html := map[string]string{"Content-Type": "text/html"}
	cases := map[string]struct {
		answer sandbox.Answer
		want   string
	}{
		"a web page": {
			sandbox.Answer{Body: new("<title>Sign in to the network</title>"), Headers: html},
			`of the token endpoint is not JSON: its content type is "text/html", and its text begins with "Sign in to the network"`,
		},
		"text": {
			sandbox.Answer{Body: new("Sign in"), Headers: map[string]string{"Content-Type": "text/plain"}},
			`of the token endpoint is not JSON: its content type is "text/plain"`,
		},
		"nothing":  {sandbox.Answer{Body: new("")}, "of the token endpoint is empty"},
		"no token": {sandbox.Answer{Body: new("{}")}, "of the token endpoint has no token"},
		"an error": {sandbox.Answer{Body: new(`{"error":"invalid_client"}`)}, "of the token endpoint has no token"},
		"a redirect to no URL": {
			sandbox.Answer{Status: 302, Headers: map[string]string{"Location": "http://[::1"}}, "of the token endpoint redirects to no URL",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(c.answer))
				_, err := read(t.Context(), connect(t, s, signedInBy(testServiceAccount())))
				if content, ok := errors.AsType[*ContentError](err); !ok || content.Reason != c.want {
					t.Errorf("got %v, want %s", err, c.want)
				}
			})
		})
	}
}
