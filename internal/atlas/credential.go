package atlas

import (
	"context"
	"crypto/fips140"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/icholy/digest"
)

// CredentialKind is how a credential signs requests.
type CredentialKind string

const (
	// AccessToken is an OAuth 2.0 access token that the user obtained. It is not renewed.
	AccessToken CredentialKind = "access token"
	// ServiceAccount is an Atlas service account, which signs with tokens of the OAuth 2.0 client credentials grant.
	ServiceAccount CredentialKind = "service account"
	// APIKey is an Atlas API key, which signs with HTTP Digest authentication (RFC 7616).
	APIKey CredentialKind = "API key"
)

// Credential is one way to sign in.
type Credential struct {
	Kind CredentialKind
	// Source is where the credential comes from, such as "of the provider block".
	Source string
	// ID is the client ID of a service account or the public key of an API key, and empty for an access token.
	ID string
	// Secret is the access token, the client secret, or the private key.
	Secret string
}

// String names the credential in a sentence, such as "the API key of the provider block". It contains no secret.
func (c Credential) String() string { return fmt.Sprintf("the %s %s", c.Kind, c.Source) }

// check returns why the credential cannot sign requests in this process.
func (c Credential) check() error {
	if c.Kind == APIKey && fips140.Enforced() {
		return errors.New("an API key signs requests with MD5, which Go does not allow in FIPS 140-only mode (GODEBUG=fips140=only): use a " +
			"service account")
	}
	return nil
}

// secrets returns what must never be shown.
func (c Credential) secrets() []string {
	if c.Kind != ServiceAccount {
		return []string{c.Secret}
	}
	// RFC 6749 section 2.3.1 escapes both before they are joined and encoded.
	basic := url.QueryEscape(c.ID) + ":" + url.QueryEscape(c.Secret)
	return []string{c.Secret, base64.RawStdEncoding.EncodeToString([]byte(basic))} // with or without its padding
}

// signer returns a transport that signs requests and sends them. It signs with what is known: the key, or the token in the
// context of the request.
func (c *Client) signer() http.RoundTripper {
	if c.cfg.Credential.Kind == APIKey {
		return &digest.Transport{
			Username:      c.cfg.Credential.ID,
			Password:      c.cfg.Credential.Secret,
			Transport:     roundTripper(c.send),
			FindChallenge: findChallenge,
		}
	}
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		if token, ok := req.Context().Value(tokenKey{}).(*token); ok {
			req = req.Clone(req.Context())
			req.Header.Set("Authorization", "Bearer "+token.value) // RFC 6750
		}
		return c.send(req)
	})
}

type tokenKey struct{}

// withToken returns a context that signs requests with token. The SDK uses one HTTP client, so that the token of an attempt
// has no other way to it.
func withToken(ctx context.Context, token *token) context.Context {
	return context.WithValue(ctx, tokenKey{}, token)
}

// roundTripper is a function that is an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
