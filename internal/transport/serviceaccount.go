package transport

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Paths of the OAuth 2.0 endpoints below the base URL (RFC 6749, RFC 7009).
const (
	tokenPath  = "/api/oauth/token" //nolint:gosec // a path, no credential
	revokePath = "/api/oauth/revoke"
)

// minTokenAge is the age from which a token that Atlas refuses is replaced. A younger one has neither expired nor been
// revoked, and another one would be refused as well.
const minTokenAge = 5 * time.Second

// ServiceAccount is an Atlas service account, which signs with tokens of the OAuth 2.0 client credentials grant.
type ServiceAccount struct {
	ClientID, ClientSecret string
}

func (a ServiceAccount) signing(s stack) (signed http.RoundTripper, revoke func(ctx context.Context)) {
	// The library escapes both before it joins and encodes them (RFC 6749 section 2.3.1).
	basic := url.QueryEscape(a.ClientID) + ":" + url.QueryEscape(a.ClientSecret)
	s.scrub.hide(a.ClientSecret, base64.StdEncoding.EncodeToString([]byte(basic)))
	endpoint := s
	endpoint.signIn = true
	client := endpoint.client(s.attempt)
	client.Transport = &jsonTransport{next: client.Transport, scrub: s.scrub}
	tokens := &tokenSource{
		config: clientcredentials.Config{
			ClientID:     a.ClientID,
			ClientSecret: a.ClientSecret,
			TokenURL:     s.base.JoinPath(tokenPath).String(),
			AuthStyle:    oauth2.AuthStyleInHeader,
		},
		revokeURL: s.base.JoinPath(revokePath).String(),
		client:    client,
		scrub:     s.scrub,
	}
	return &serviceAccountTransport{next: s.attempt, tokens: tokens}, tokens.close
}

// serviceAccountTransport signs each request with the current token, and once more with a new one if Atlas refuses the
// current one, which may have expired or been revoked.
type serviceAccountTransport struct {
	next   http.RoundTripper
	tokens *tokenSource
}

func (t *serviceAccountTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := t.tokens.token(req.Context(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := t.next.RoundTrip(withBearer(req, token.AccessToken))
	if err != nil || !token.isOutdated(resp) {
		return resp, err
	}
	if token, err = t.tokens.token(req.Context(), token); err != nil {
		return nil, err
	}
	return t.next.RoundTrip(withBearer(req, token.AccessToken))
}

// accessToken is a token that was fetched.
type accessToken struct {
	*oauth2.Token

	issued time.Time
}

// isOutdated reports whether Atlas may accept another token after it answered resp to this one. If a role is missing, Atlas
// also answers 401, and another token does not help.
func (t *accessToken) isOutdated(resp *http.Response) bool {
	return resp.StatusCode == http.StatusUnauthorized && errorCode(resp) != roleMissing && time.Since(t.issued) >= minTokenAge
}

// jsonTransport fails with a ContentError if an answer of the token endpoint is not JSON, because the oauth2 package does
// not return the body of such an answer. It also fails for the empty answers of the revocation endpoint, which are ignored.
type jsonTransport struct {
	next  http.RoundTripper
	scrub *scrubber
}

func (t *jsonTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err != nil || resp.StatusCode >= 300 {
		return resp, err
	}
	if _, err := jsonOf(resp, t.scrub); err != nil {
		return nil, err
	}
	return resp, nil
}
