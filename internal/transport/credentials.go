package transport

import (
	"context"
	"net/http"
)

// Credentials is one way to sign in: AccessToken, ServiceAccount, or APIKey.
type Credentials interface {
	// signing returns the transport that signs each attempt, and a function that revokes the token that it fetched, or nil if
	// it never fetches one. The transport sends nothing before the first request.
	signing(s stack) (signed http.RoundTripper, revoke func(ctx context.Context))
}

// AccessToken is an OAuth 2.0 access token that the user obtained. It is not renewed.
type AccessToken string

func (t AccessToken) signing(s stack) (signed http.RoundTripper, revoke func(ctx context.Context)) {
	s.scrub.hide(string(t))
	return &bearerTransport{next: s.attempt, token: string(t)}, nil
}

// bearerTransport signs each request with a fixed token (RFC 6750).
type bearerTransport struct {
	next  http.RoundTripper
	token string
}

func (t *bearerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.next.RoundTrip(withBearer(req, t.token))
}

func withBearer(req *http.Request, token string) *http.Request {
	signed := req.Clone(req.Context())
	signed.Header.Set("Authorization", "Bearer "+token)
	return signed
}
