package sandbox

import (
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"
)

type issuedToken struct {
	account *account
	expires time.Time
}

// oauthErrorBody is an error in the shape of RFC 6749, section 5.2.
type oauthErrorBody struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

var standardOAuthErrors = map[int]oauthErrorBody{
	http.StatusBadRequest:         {"invalid_request", "The request is malformed."},
	http.StatusUnauthorized:       {"invalid_client", "The service account does not exist or its secret is wrong."},
	http.StatusTooManyRequests:    {"temporarily_unavailable", "Too many token requests."},
	http.StatusServiceUnavailable: {"temporarily_unavailable", "The service is unavailable."},
}

// oauthError is an error of the token and revoke endpoints. An empty code or description is the standard one.
func oauthError(status int, code, description string) response {
	body, ok := standardOAuthErrors[status]
	if !ok {
		body = oauthErrorBody{"server_error", "Unexpected error."}
	}
	if code != "" {
		body.Error = code
	}
	if description != "" {
		body.Description = description
	}
	res := jsonResponse(status, "application/json", body)
	res.header.Set("Cache-Control", "no-store")
	if status == http.StatusUnauthorized {
		res.header.Set("WWW-Authenticate", `Basic realm="`+realm+`"`)
	}
	return res
}

// issueToken answers with a new access token.
func (x *exchange) issueToken() response {
	return x.through(&x.token, oauthError, func(Answer) response {
		client, refusal := x.client()
		if refusal != nil {
			return *refusal
		}
		switch x.r.PostForm.Get("grant_type") {
		case "client_credentials":
		case "":
			return oauthError(http.StatusBadRequest, "invalid_request", "The parameter grant_type is missing.")
		default:
			return oauthError(http.StatusBadRequest, "unsupported_grant_type", "The grant_type must be client_credentials.")
		}
		res := jsonResponse(http.StatusOK, "application/json", map[string]any{
			"access_token": x.newToken(client),
			"expires_in":   int64(x.tokenLifetime / time.Second),
			"token_type":   "Bearer",
		})
		res.header.Set("Cache-Control", "no-store")
		return res
	})
}

func (x *exchange) newToken(client *account) string {
	token := rand.Text() + rand.Text()
	now := time.Now()
	x.mu.Lock()
	defer x.mu.Unlock()
	maps.DeleteFunc(x.tokens, func(_ string, t issuedToken) bool { return !now.Before(t.expires) })
	x.tokens[token] = issuedToken{account: client, expires: now.Add(x.tokenLifetime)}
	return token
}

// revokeToken makes a token invalid. As RFC 7009 wants it, a token that is not known is no error.
func (x *exchange) revokeToken() response {
	return x.through(&x.revoke, oauthError, func(Answer) response {
		if _, refusal := x.client(); refusal != nil {
			return *refusal
		}
		token := x.r.PostForm.Get("token")
		if token == "" {
			return oauthError(http.StatusBadRequest, "invalid_request", "The parameter token is missing.")
		}
		x.mu.Lock()
		defer x.mu.Unlock()
		x.revokeLocked(token)
		return response{status: http.StatusOK, header: http.Header{}}
	})
}

func (x *exchange) revokeLocked(token string) {
	delete(x.tokens, token)
	if slices.ContainsFunc(x.accounts, func(a account) bool { return equal(a.AccessToken, token) }) {
		x.revoked[token] = true
	}
}

// client returns the service account that asks, or the answer that refuses it.
func (x *exchange) client() (*account, *response) {
	x.r.Body = http.MaxBytesReader(x.w, x.r.Body, 1<<16)
	if err := x.r.ParseForm(); err != nil {
		res := oauthError(http.StatusBadRequest, "", "")
		return nil, &res
	}
	id, secret, ok := x.r.BasicAuth()
	// Section 2.3.1 of RFC 6749 has both halves form-encoded before they are joined.
	id, idErr := url.QueryUnescape(id)
	secret, secretErr := url.QueryUnescape(secret)
	for i := range x.accounts {
		a := &x.accounts[i]
		if ok && idErr == nil && secretErr == nil && equal(a.ClientID, id) && equal(a.ClientSecret, secret) {
			return a, nil
		}
	}
	res := oauthError(http.StatusUnauthorized, "", "")
	return nil, &res
}
