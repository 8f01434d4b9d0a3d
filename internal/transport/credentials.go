package transport

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/icholy/digest"
)

// Credentials is one way to sign in: AccessToken, ServiceAccount, or APIKey.
type Credentials interface {
	// signing returns the transport that signs the requests of c and sends them through next, and a function that revokes the
	// token that it fetched, or nil if it never fetches one. The transport sends nothing before the first request.
	signing(c *Client, next http.RoundTripper) (signed http.RoundTripper, revoke func(ctx context.Context))
}

// AccessToken is an OAuth 2.0 access token that the user obtained. It is not renewed.
type AccessToken string

func (t AccessToken) signing(c *Client, next http.RoundTripper) (signed http.RoundTripper, revoke func(ctx context.Context)) {
	c.scrub.hide(string(t))
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		return next.RoundTrip(withBearer(req, string(t)))
	}), nil
}

// withBearer returns req signed with token (RFC 6750).
func withBearer(req *http.Request, token string) *http.Request {
	signed := req.Clone(req.Context())
	signed.Header.Set("Authorization", "Bearer "+token)
	return signed
}

// APIKey is an Atlas API key pair. It signs requests with HTTP digest authentication (RFC 7616).
type APIKey struct {
	PublicKey, PrivateKey string
}

func (k APIKey) signing(c *Client, next http.RoundTripper) (signed http.RoundTripper, revoke func(ctx context.Context)) {
	c.scrub.hide(k.PrivateKey)
	t := &digestTransport{turn: make(chan struct{}, 1), known: make(chan struct{})}
	know := sync.OnceFunc(func() { close(t.known) })
	t.digest = &digest.Transport{
		Username:      k.PublicKey,
		Password:      k.PrivateKey,
		Transport:     next,
		FindChallenge: findChallenge,
		Digest: func(_ *http.Request, challenge *digest.Challenge, o digest.Options) (*digest.Credentials, error) {
			know()
			credentials, err := digest.Digest(challenge, o)
			if err == nil {
				c.scrub.hide(credentials.Response)
			}
			return credentials, err
		},
	}
	return t, nil
}

// challengeWait is how long a request waits at most for a challenge that another one requested.
const challengeWait = 5 * time.Second

// digestTransport signs with HTTP digest. Until it knows a challenge, it sends one request at a time, so that parallel
// reads share the challenge instead of each asking for one. A request that hangs delays no other one for longer than
// challengeWait.
type digestTransport struct {
	digest *digest.Transport
	turn   chan struct{} // full while a request asks for the challenge
	known  chan struct{} // closed once there is a challenge
}

func (t *digestTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	select {
	case <-t.known:
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-time.After(challengeWait):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	return t.digest.RoundTrip(req)
}

// findChallenge ignores a malformed challenge, so that the user reads why Atlas refused the request.
func findChallenge(header http.Header) (*digest.Challenge, error) {
	challenge, err := digest.FindChallenge(header)
	if err != nil {
		return nil, digest.ErrNoChallenge
	}
	return challenge, nil
}
