package transport

import (
	"context"
	"encoding/base64"
	"errors"
	"math"
	"net/http"
	"net/url"
	"sync"
	"time"

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

func (a ServiceAccount) signIn(s stack) signIn {
	// The library escapes both before it joins and encodes them (RFC 6749 section 2.3.1).
	basic := url.QueryEscape(a.ClientID) + ":" + url.QueryEscape(a.ClientSecret)
	s.scrub.hide(a.ClientSecret, base64.StdEncoding.EncodeToString([]byte(basic)))
	tokens := &tokenSource{
		config: clientcredentials.Config{
			ClientID:     a.ClientID,
			ClientSecret: a.ClientSecret,
			TokenURL:     s.base.JoinPath(tokenPath).String(),
			AuthStyle:    oauth2.AuthStyleInHeader,
		},
		revokeURL: s.base.JoinPath(revokePath).String(),
		client:    s.client(s.retrying(s.exchange)),
		scrub:     s.scrub,
	}
	// Retries stand below the token, here and at the token endpoint alike: a request to the API that is tried again
	// never asks again for a token that was refused.
	return signIn{transport: &serviceAccountTransport{next: s.retrying(s.exchange), tokens: tokens}, revoke: tokens.revoke}
}

// serviceAccountTransport signs each request with the current token, and once more with a new one where Atlas no longer
// takes the current one.
type serviceAccountTransport struct {
	next   http.RoundTripper
	tokens *tokenSource
}

func (t *serviceAccountTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := t.tokens.token(req.Context(), "")
	if err != nil {
		return nil, err
	}
	resp, err := t.next.RoundTrip(withBearer(req, token))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	if token, err = t.tokens.token(req.Context(), token); err != nil {
		return nil, err
	}
	return t.next.RoundTrip(withBearer(req, token))
}

// tokenSource fetches tokens. oauth2's own sources keep the context that they were made with; here each fetch belongs to
// the read that needs it first, and the reads that come meanwhile wait for its outcome.
type tokenSource struct {
	config    clientcredentials.Config
	revokeURL string
	client    *http.Client
	scrub     *scrubber

	mu   sync.Mutex
	last *tokenFetch
}

// tokenFetch is one fetch; its other fields are set when done is closed.
type tokenFetch struct {
	done      chan struct{}
	token     *oauth2.Token
	err       error
	abandoned bool          // the read that fetched was cancelled or had too little time, which says nothing to the others
	needed    time.Duration // how much time another read has to have to do better than one that abandoned
}

// longestWait is the longest wait before a request is tried again that Atlas does not ask for.
const longestWait = 30 * time.Second

// token returns a token other than rejected, which is "" or the one that the API has just refused.
func (s *tokenSource) token(ctx context.Context, rejected string) (string, error) {
	for {
		fetch, leads := s.join(rejected)
		if leads {
			s.run(ctx, fetch)
		}
		select {
		case <-fetch.done:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		switch {
		case fetch.err == nil:
			return fetch.token.AccessToken, nil
		case !fetch.abandoned || timeLeft(ctx) <= fetch.needed:
			return "", fetch.err
		}
	}
}

// join returns the fetch whose outcome a read takes: the last one while it is under way or its outcome still holds, or a
// new one, which the caller runs.
func (s *tokenSource) join(rejected string) (fetch *tokenFetch, leads bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.holds(rejected) {
		return s.last, false
	}
	s.last = &tokenFetch{done: make(chan struct{})}
	return s.last, true
}

func (f *tokenFetch) holds(rejected string) bool {
	if f == nil {
		return false
	}
	select {
	case <-f.done:
	default:
		return true
	}
	if f.err != nil {
		return isRefusal(f.err)
	}
	return f.token.Valid() && f.token.AccessToken != rejected
}

// isRefusal reports whether the token endpoint has refused the credentials: asking again with them is of no use.
func isRefusal(err error) bool {
	status, ok := errors.AsType[*StatusError](err)
	return ok && status.Status >= 400 && status.Status < 500 &&
		status.Status != http.StatusTooManyRequests && status.Status != http.StatusRequestTimeout
}

// run fetches a token for every read that waits for fetch.
func (s *tokenSource) run(ctx context.Context, fetch *tokenFetch) {
	defer close(fetch.done)
	fetch.token, fetch.err = s.config.Token(context.WithValue(ctx, oauth2.HTTPClient, s.client))
	if fetch.err != nil {
		fetch.err = s.explain(fetch.err)
		fetch.abandoned, fetch.needed = abandoned(ctx, fetch.err)
		return
	}
	s.scrub.hide(fetch.token.AccessToken)
}

// abandoned reports whether a fetch that ended in err may have ended for want of time, and how much more would do.
func abandoned(ctx context.Context, err error) (ok bool, needed time.Duration) {
	if ctx.Err() != nil {
		return true, 0
	}
	if isRefusal(err) {
		return false, 0
	}
	needed = longestWait
	if status, ok := errors.AsType[*StatusError](err); ok {
		needed = max(needed, status.RetryAfter)
	}
	return timeLeft(ctx) <= needed, needed
}

// timeLeft returns how long ctx goes on.
func timeLeft(ctx context.Context) time.Duration {
	if ctx.Err() != nil {
		return 0
	}
	if deadline, ok := ctx.Deadline(); ok {
		return time.Until(deadline)
	}
	return math.MaxInt64
}

// explain turns an error of the oauth2 package, which quotes the answer as it came, into one of this package's.
func (s *tokenSource) explain(err error) error {
	if answer, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		e := newStatusError(answer.Response.StatusCode, answer.Response.Header, answer.Body, s.scrub)
		e.SignIn = true
		if answer.Response.StatusCode != http.StatusOK {
			return e
		}
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		return failure(err, s.scrub)
	}
	return &ContentError{Reason: "of the token endpoint holds no token"}
}
