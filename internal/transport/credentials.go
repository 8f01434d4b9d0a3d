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

// challengeWait is how long a request waits at most for a challenge that another one requested.
const challengeWait = 5 * time.Second

// signing lets one request at a time through until there is a challenge, so that parallel reads share the challenge instead of each
// asking for one. A request that hangs delays no other one for longer than challengeWait.
func (k APIKey) signing(c *Client, next http.RoundTripper) (signed http.RoundTripper, revoke func(ctx context.Context)) {
	c.scrub.hide(k.PrivateKey)
	turn := make(chan struct{}, 1) // full while a request asks for the challenge
	known := make(chan struct{})   // closed once there is a challenge
	know := sync.OnceFunc(func() { close(known) })
	signer := &digest.Transport{
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
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		select {
		case <-known:
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-time.After(challengeWait):
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
		return signer.RoundTrip(req)
	}), nil
}

// findChallenge ignores a malformed challenge, so that the user reads why Atlas refused the request.
func findChallenge(header http.Header) (*digest.Challenge, error) {
	challenge, err := digest.FindChallenge(header)
	if err != nil {
		return nil, digest.ErrNoChallenge
	}
	return challenge, nil
}
