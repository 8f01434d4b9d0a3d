package sandbox

import (
	"cmp"
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

// oauthErrorBody is an error as in RFC 6749, section 5.2.
type oauthErrorBody struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

var standardOAuthErrors = map[int]oauthErrorBody{
	http.StatusBadRequest:   {"invalid_request", "The request is malformed."},
	http.StatusUnauthorized: {"invalid_client", "The service account does not exist or its secret is wrong."},
	http.StatusForbidden: {
		"access_denied", "Access Token limit reached. Please use the existing Access Tokens or create a new Service Account.",
	},
	http.StatusServiceUnavailable: {"temporarily_unavailable", "The service is unavailable."},
}

// tokenLimit is the maximum number of active tokens of a service account.
const tokenLimit = 100

// scriptedOAuthError returns the error of a scripted answer of the token and revoke endpoints. Their rate limit answers with an
// error of the API.
func (x *exchange) scriptedOAuthError(a Answer) response {
	if a.Status != http.StatusTooManyRequests {
		return oauthError(a.Status, a.ErrorCode, a.Detail)
	}
	if a.ErrorCode == "" {
		a.ErrorCode = "RATE_LIMITED"
	}
	return x.scriptedError(a)
}

// oauthError returns an error of the token and revoke endpoints. An empty code or description becomes the standard one.
func oauthError(status int, code, description string) response {
	body, ok := standardOAuthErrors[status]
	if !ok {
		body = oauthErrorBody{"server_error", "Unexpected error."}
	}
	body = oauthErrorBody{cmp.Or(code, body.Error), cmp.Or(description, body.Description)}
	res := jsonResponse(status, "application/json", body)
	res.header.Set("Cache-Control", "no-store")
	if status == http.StatusUnauthorized {
		res.header.Set("WWW-Authenticate", `Basic realm="`+realm+`"`)
	}
	return res
}

// issueToken answers with a new access token.
func (x *exchange) issueToken() response {
	return x.through(&x.token, x.scriptedOAuthError, func(Answer) response {
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
		token, ok := x.newToken(client)
		if !ok {
			return oauthError(http.StatusForbidden, "", "")
		}
		res := jsonResponse(http.StatusOK, "application/json", map[string]any{
			"access_token": token,
			"expires_in":   int64(x.tokenLifetime / time.Second),
			"token_type":   "Bearer",
		})
		res.header.Set("Cache-Control", "no-store")
		return res
	})
}

// newToken returns a new token. It is not ok if the account has reached its limit.
func (x *exchange) newToken(client *account) (token string, ok bool) {
	token = rand.Text() + rand.Text()
	now := time.Now()
	x.mu.Lock()
	defer x.mu.Unlock()
	maps.DeleteFunc(x.tokens, func(_ string, t issuedToken) bool { return !now.Before(t.expires) })
	active := 0
	for _, t := range x.tokens {
		if t.account == client {
			active++
		}
	}
	if active >= tokenLimit {
		return "", false
	}
	x.tokens[token] = issuedToken{account: client, expires: now.Add(x.tokenLifetime)}
	return token, true
}

// revokeToken makes a token invalid. An unknown token is not an error (RFC 7009).
func (x *exchange) revokeToken() response {
	return x.through(&x.revoke, x.scriptedOAuthError, func(Answer) response {
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

// client returns the service account that sent the request, or the answer that rejects the request.
func (x *exchange) client() (*account, *response) {
	x.r.Body = http.MaxBytesReader(x.w, x.r.Body, 1<<16)
	if err := x.r.ParseForm(); err != nil {
		return nil, new(oauthError(http.StatusBadRequest, "", ""))
	}
	id, secret, ok := x.r.BasicAuth()
	// Both are form-encoded (RFC 6749, section 2.3.1).
	id, idErr := url.QueryUnescape(id)
	secret, secretErr := url.QueryUnescape(secret)
	for i := range x.accounts {
		a := &x.accounts[i]
		if ok && idErr == nil && secretErr == nil && equal(a.ClientID, id) && equal(a.ClientSecret, secret) {
			return a, nil
		}
	}
	x.foreign = ok
	return nil, new(oauthError(http.StatusUnauthorized, "", ""))
}
