package transport

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Paths of the OAuth 2.0 endpoints below the base URL (RFC 6749, RFC 7009).
const (
	tokenPath  = "/api/oauth/token" //nolint:gosec // a path, no credential
	revokePath = "/api/oauth/revoke"
)

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
