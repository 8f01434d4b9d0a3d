package transport

import (
	"context"
	"net/http"
)

// Credentials is one way to sign in: AccessToken, ServiceAccount or APIKey.
type Credentials interface {
	// signIn builds the transports that sign requests; nothing is sent before the first request.
	signIn(s stack) signIn
}

// signIn signs requests.
type signIn struct {
	transport http.RoundTripper
	// revoke gives back at Atlas what was fetched there; nil where nothing ever is.
	revoke func(ctx context.Context)
}

// AccessToken is an OAuth 2.0 access token that the user fetched; it is not renewed.
type AccessToken string

func (t AccessToken) signIn(s stack) signIn {
	s.scrub.hide(string(t))
	return signIn{transport: &bearerTransport{next: s.retrying(s.exchange), token: string(t)}}
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
