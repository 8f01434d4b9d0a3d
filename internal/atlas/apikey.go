package atlas

import (
	"net/http"

	"github.com/icholy/digest"
)

// APIKey is an Atlas API key pair, which signs by HTTP digest (RFC 7616).
type APIKey struct {
	PublicKey, PrivateKey string
}

func (k APIKey) signIn(s stack) signIn {
	s.scrub.hide(k.PrivateKey)
	t := &digestTransport{first: make(chan struct{}, 1), digest: &digest.Transport{
		Username:      k.PublicKey,
		Password:      k.PrivateKey,
		Transport:     s.exchange,
		FindChallenge: findChallenge,
		Digest: func(_ *http.Request, c *digest.Challenge, o digest.Options) (*digest.Credentials, error) {
			credentials, err := digest.Digest(c, o)
			if err == nil {
				s.scrub.hide(credentials.Response)
			}
			return credentials, err
		},
	}}
	t.first <- struct{}{}
	// Digest stands between the retries and the exchange: each attempt is signed anew, as a nonce's count must grow.
	return signIn{transport: s.retrying(t)}
}

// digestTransport signs by digest. Until Atlas has taken an answer to its challenge, requests go one at a time, so that
// parallel reads share the challenge instead of each asking for one.
type digestTransport struct {
	digest *digest.Transport
	first  chan struct{} // holds the turn of the first request; closed once the challenge is known
}

func (t *digestTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	select {
	case _, first := <-t.first:
		if !first {
			return t.digest.RoundTrip(req)
		}
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	resp, err := t.digest.RoundTrip(req)
	if err == nil && resp.StatusCode != http.StatusUnauthorized && resp.Request.Header.Get("Authorization") != "" {
		close(t.first)
	} else {
		t.first <- struct{}{}
	}
	return resp, err
}

// findChallenge takes a malformed challenge for none, so that what the answer says is what the user gets to read.
func findChallenge(header http.Header) (*digest.Challenge, error) {
	challenge, err := digest.FindChallenge(header)
	if err != nil {
		return nil, digest.ErrNoChallenge
	}
	return challenge, nil
}
