package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestRevokeInvalidatesTheCredentials(t *testing.T) {
	t.Parallel()
	t.Run("of a token", func(t *testing.T) {
		t.Parallel()
		_, base := acctest.Serve(t, orders(1, sandbox.Answer{Revoke: true}))
		c := sandbox.DefaultCredentials()
		newToken := func() http.Header {
			return bearer(decode[token](t, postForm(t, base+"/api/oauth/token", c.ClientID, c.ClientSecret, clientCredentials)).AccessToken)
		}
		first := newToken()
		for range 2 {
			a := do(t, http.DefaultClient, http.MethodGet, base+connectionsPath, nil, first)
			if a.status != http.StatusUnauthorized || !strings.Contains(a.header.Get("WWW-Authenticate"), "invalid_token") {
				t.Errorf("with the revoked token: %+v", a)
			}
		}
		if a := do(t, http.DefaultClient, http.MethodGet, base+connectionsPath, nil, newToken()); a.status != http.StatusOK {
			t.Errorf("with a new token: %d", a.status)
		}
	})
	t.Run("of an API key", func(t *testing.T) {
		t.Parallel()
		_, base := acctest.Serve(t, orders(1, sandbox.Answer{Revoke: true}))
		target := base + connectionsPath
		c := challengeOf(t, do(t, http.DefaultClient, http.MethodGet, target, nil, acceptVersion.Clone()))
		again := challengeOf(t, signed(t, http.DefaultClient, target, c, 1, nil))
		if !again.Stale {
			t.Error("the nonce is not stale")
		}
		if a := signed(t, http.DefaultClient, target, again, 1, nil); a.status != http.StatusOK {
			t.Errorf("with a new nonce: %d", a.status)
		}
	})
}

func TestAServiceAccountHasAHundredTokensAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := inMemory(t, sandbox.New(nil))
		post := func(endpoint string, c sandbox.Credentials, form url.Values) answer {
			return postFormBy(t, client, "http://atlas/api/oauth/"+endpoint, c.ClientID, c.ClientSecret, form)
		}
		c := sandbox.DefaultCredentials()
		sign := func() int { return post("token", c, clientCredentials).status }
		issued := decode[token](t, post("token", c, clientCredentials)).AccessToken
		for range 99 {
			sign()
		}
		if got := sign(); got != http.StatusForbidden {
			t.Errorf("the token after a hundred got %d", got)
		}
		if got := post("token", sandbox.CredentialsWithoutRole(), clientCredentials).status; got != http.StatusOK {
			t.Errorf("another service account got %d", got)
		}
		post("revoke", c, url.Values{"token": {issued}})
		if first, second := sign(), sign(); first != http.StatusOK || second != http.StatusForbidden {
			t.Errorf("after one was revoked, two tokens got %d and %d", first, second)
		}
		time.Sleep(time.Hour)
		if got := sign(); got != http.StatusOK {
			t.Errorf("after all expired, a token got %d", got)
		}
	})
}
