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

func (a ServiceAccount) signing(c *Client, next http.RoundTripper) (signed http.RoundTripper, revoke func(ctx context.Context)) {
	// The library escapes both before it joins and encodes them (RFC 6749 section 2.3.1).
	basic := url.QueryEscape(a.ClientID) + ":" + url.QueryEscape(a.ClientSecret)
	c.scrub.hide(a.ClientSecret, base64.StdEncoding.EncodeToString([]byte(basic)))
	sender := c.sender(next, true)
	retrying := sender.Transport
	// The oauth2 package does not return the body of an answer that is not JSON. The empty answers of the revocation endpoint also
	// fail here, which is ignored.
	sender.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
		resp, err := retrying.RoundTrip(req)
		if err != nil || resp.StatusCode >= 300 {
			return resp, err
		}
		if _, err := c.JSON(resp); err != nil {
			return nil, err
		}
		return resp, nil
	})
	tokens := &tokenSource{
		config: clientcredentials.Config{
			ClientID:     a.ClientID,
			ClientSecret: a.ClientSecret,
			TokenURL:     c.cfg.BaseURL.JoinPath(tokenPath).String(),
			AuthStyle:    oauth2.AuthStyleInHeader,
		},
		client: c,
		sender: sender,
		next:   next,
	}
	return tokens, tokens.close
}

// accessToken is a token that was fetched.
type accessToken struct {
	*oauth2.Token

	issued time.Time
}

// isOutdated reports whether Atlas may accept another token after it answered resp to this one. If a role is missing, Atlas
// also answers 401, and another token does not help.
func (t *accessToken) isOutdated(resp *http.Response) bool {
	if resp.StatusCode != http.StatusUnauthorized || time.Since(t.issued) < minTokenAge {
		return false
	}
	object, _ := errorObjectOf(resp)
	return object.ErrorCode != roleMissing
}

// RoundTrip signs a request with the current token, and once more with a new one if the current one may be expired or revoked.
func (s *tokenSource) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := s.token(req.Context(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := s.next.RoundTrip(withBearer(req, token.AccessToken))
	if err != nil || !token.isOutdated(resp) {
		return resp, err
	}
	if token, err = s.token(req.Context(), token); err != nil {
		return nil, err
	}
	return s.next.RoundTrip(withBearer(req, token.AccessToken))
}
