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

var clientCredentials = url.Values{"grant_type": {"client_credentials"}}

type token struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
	TokenType   string `json:"token_type"`
}

func TestServiceAccountGetsATokenThatReads(t *testing.T) {
	t.Parallel()
	s, base := acctest.Serve(t, orders(2))
	c := sandbox.DefaultCredentials()
	a := postForm(t, base+"/api/oauth/token", c.ClientID, c.ClientSecret, clientCredentials)
	got := decode[token](t, a)
	if a.status != http.StatusOK || got.TokenType != "Bearer" || got.ExpiresIn != 3600 || got.AccessToken == "" {
		t.Fatalf("got %d %+v", a.status, got)
	}
	if a.header.Get("Cache-Control") != "no-store" {
		t.Error("the token may be cached")
	}
	read := do(t, http.DefaultClient, http.MethodGet, base+connectionsPath, nil, bearer(got.AccessToken))
	if read.status != http.StatusOK {
		t.Errorf("the token got %d", read.status)
	}
	for _, r := range s.Requests() {
		if strings.Contains(r.Path+r.Query.Encode()+r.AuthScheme, got.AccessToken) {
			t.Errorf("the token is recorded: %+v", r)
		}
	}
}

func TestTokenEndpointRefusesInTheShapeOfRFC6749(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(0))
	c := sandbox.DefaultCredentials()
	cases := map[string]struct {
		id, secret string
		form       url.Values
		status     int
		code       string
	}{
		"another secret":       {c.ClientID, "wrong", clientCredentials, 401, "invalid_client"},
		"another client":       {"mdb_sa_id_5a0db0c50000000000000009", c.ClientSecret, clientCredentials, 401, "invalid_client"},
		"somebody else's half": {c.ClientID, sandbox.CredentialsWithoutRole().ClientSecret, clientCredentials, 401, "invalid_client"},
		"no credentials":       {"", "", clientCredentials, 401, "invalid_client"},
		"no grant type":        {c.ClientID, c.ClientSecret, url.Values{}, 400, "invalid_request"},
		"another grant type":   {c.ClientID, c.ClientSecret, url.Values{"grant_type": {"password"}}, 400, "unsupported_grant_type"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := postForm(t, base+"/api/oauth/token", tc.id, tc.secret, tc.form)
			got := decode[map[string]string](t, a)
			if a.status != tc.status || got["error"] != tc.code || got["error_description"] == "" {
				t.Errorf("got %d %v, want %d %s", a.status, got, tc.status, tc.code)
			}
			if a.status == http.StatusUnauthorized && !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Basic ") {
				t.Errorf("WWW-Authenticate: %q", a.header.Get("WWW-Authenticate"))
			}
		})
	}
}

func TestOtherCredentialsReplaceTheDefaults(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(0), sandbox.WithCredentials(sandbox.Credentials{ClientID: "a b", ClientSecret: "c:d%é"}))
	if a := postForm(t, base+"/api/oauth/token", "a b", "c:d%é", clientCredentials); a.status != http.StatusOK {
		t.Errorf("got %d %s", a.status, a.body)
	}
	c := sandbox.DefaultCredentials()
	if a := postForm(t, base+"/api/oauth/token", c.ClientID, c.ClientSecret, clientCredentials); a.status != http.StatusUnauthorized {
		t.Errorf("the default service account got %d", a.status)
	}
	if a := get(t, base+connectionsPath); a.status != http.StatusUnauthorized {
		t.Errorf("the default access token got %d", a.status)
	}
	empty := do(t, http.DefaultClient, http.MethodGet, base+connectionsPath, nil, bearer(""))
	if empty.status != http.StatusUnauthorized {
		t.Errorf("an empty token got %d", empty.status)
	}
}

func TestRevokedTokenIsRefused(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(0))
	c := sandbox.DefaultCredentials()
	issued := decode[token](t, postForm(t, base+"/api/oauth/token", c.ClientID, c.ClientSecret, clientCredentials)).AccessToken

	form := url.Values{"token": {issued}, "token_type_hint": {"access_token"}}
	if a := postForm(t, base+"/api/oauth/revoke", c.ClientID, "wrong", form); a.status != http.StatusUnauthorized {
		t.Errorf("a stranger's revocation got %d", a.status)
	}
	read := func() int {
		return do(t, http.DefaultClient, http.MethodGet, base+connectionsPath, nil, bearer(issued)).status
	}
	if got := read(); got != http.StatusOK {
		t.Fatalf("before it is revoked, the token got %d", got)
	}
	if a := postForm(t, base+"/api/oauth/revoke", c.ClientID, c.ClientSecret, form); a.status != http.StatusOK {
		t.Errorf("the revocation got %d", a.status)
	}
	if got := read(); got != http.StatusUnauthorized {
		t.Errorf("after it is revoked, the token got %d", got)
	}
	for what, form := range map[string]url.Values{"again": form, "an unknown token": {"token": {"unknown"}}} {
		if a := postForm(t, base+"/api/oauth/revoke", c.ClientID, c.ClientSecret, form); a.status != http.StatusOK {
			t.Errorf("revoking %s got %d", what, a.status)
		}
	}
	if a := postForm(t, base+"/api/oauth/revoke", c.ClientID, c.ClientSecret, url.Values{}); a.status != http.StatusBadRequest {
		t.Errorf("revoking nothing got %d", a.status)
	}
}

func TestTokenExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := inMemory(t, sandbox.New(orders(0), sandbox.WithTokenLifetime(10*time.Minute)))
		c := sandbox.DefaultCredentials()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://atlas/api/oauth/token",
			strings.NewReader(clientCredentials.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(c.ClientID, c.ClientSecret)
		header := req.Header
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		issued := decode[token](t, do(t, client, http.MethodPost, req.URL.String(), req.Body, header))
		if issued.ExpiresIn != 600 {
			t.Errorf("expires in %d s", issued.ExpiresIn)
		}
		read := func() int {
			return do(t, client, http.MethodGet, "http://atlas"+connectionsPath, nil, bearer(issued.AccessToken)).status
		}
		time.Sleep(10*time.Minute - time.Nanosecond)
		if got := read(); got != http.StatusOK {
			t.Errorf("just before it expires, the token got %d", got)
		}
		time.Sleep(time.Nanosecond)
		if got := read(); got != http.StatusUnauthorized {
			t.Errorf("when it expires, the token got %d", got)
		}
	})
}

func TestTokenEndpointFollowsItsScript(t *testing.T) {
	t.Parallel()
	c := sandbox.DefaultCredentials()
	_, base := acctest.Serve(t, orders(0), sandbox.WithTokenAnswers(
		sandbox.Answer{Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "7"}},
		sandbox.Answer{Status: http.StatusServiceUnavailable},
		sandbox.Answer{Body: new("<html>")},
	), sandbox.WithRevokeAnswers(sandbox.Answer{Status: http.StatusInternalServerError}))
	for _, want := range []struct {
		status int
		body   string
	}{{429, "RATE_LIMITED"}, {503, "temporarily_unavailable"}, {200, "<html>"}, {200, "access_token"}} {
		a := postForm(t, base+"/api/oauth/token", c.ClientID, c.ClientSecret, clientCredentials)
		if a.status != want.status || !strings.Contains(a.body, want.body) {
			t.Errorf("got %d %s, want %d with %s", a.status, a.body, want.status, want.body)
		}
		if (a.status == http.StatusTooManyRequests) != (a.header.Get("Retry-After") == "7") {
			t.Errorf("%d with Retry-After %q", a.status, a.header.Get("Retry-After"))
		}
	}
	a := postForm(t, base+"/api/oauth/revoke", c.ClientID, c.ClientSecret, url.Values{"token": {"x"}})
	if a.status != http.StatusInternalServerError || !strings.Contains(a.body, "server_error") {
		t.Errorf("revoking got %d %s", a.status, a.body)
	}
}
