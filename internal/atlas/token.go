package atlas

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/sync/singleflight"
)

// Paths of the OAuth 2.0 endpoints below the base URL (RFC 6749, RFC 7009).
const (
	tokenPath  = "/api/oauth/token" //nolint:gosec // a path, no credential
	revokePath = "/api/oauth/revoke"
)

// tokenOperation is the request for a token.
var tokenOperation = operation{name: tokenPath}

const (
	// minTokenAge is the age from which a token that Atlas refuses is replaced. A younger one has neither expired nor been
	// revoked, and another one would be refused as well.
	minTokenAge = 5 * time.Second
	// expiryMargin is how long before it expires a token is replaced. It is at most a quarter of the token's lifetime.
	expiryMargin = 10 * time.Second
	// fetchMargin is how long before the deadline of its read a fetch ends, so that the read can return why. It is at most a tenth
	// of the time that is left.
	fetchMargin = time.Second
	// replaceTimeout bounds the request for another token while the current one may still be good. A read waits for it, once it is
	// sent, no longer than half of the time that the read or the current token has left.
	replaceTimeout = 15 * time.Second
	// minReplaceTimeout is the shortest wait for another token while the current one is about to expire, if the read has time for it.
	minReplaceTimeout = time.Second
	// lateness is how long a fetch can have run when a read joins it and shares its failure. After a longer time, most attempts are
	// over, and the read fetches a token with attempts of its own.
	lateness = 5 * time.Second
)

// token is an access token.
type token struct {
	value           string
	issued, expires time.Time // expires is zero if the token does not
}

// isOutdated reports whether another token may be accepted after Atlas refused this one. If a role is missing, Atlas also
// answers 401, and another token does not help.
func (t *token) isOutdated(refusal *Error) bool {
	return refusal.Status == http.StatusUnauthorized && refusal.Code != roleMissing && time.Since(t.issued) >= minTokenAge
}

// lives reports whether t, which may be nil, will not expire within margin.
func (t *token) lives(margin time.Duration) bool {
	if t == nil || t.expires.IsZero() {
		return t != nil
	}
	return time.Until(t.expires) > min(margin, t.expires.Sub(t.issued)/4)
}

// tokens fetches one token for all reads of a client. A fetch continues if the read that started it is canceled, and ends with
// the deadline of that read.
type tokens struct {
	client  *Client
	fetches singleflight.Group
	// running ends when the client has closed, and with it every fetch and revocation.
	running     context.Context
	stop        context.CancelFunc
	revocations sync.WaitGroup

	mu      sync.Mutex
	sending chan struct{} // is closed when the request for another token is sent; nil if there is none
	current *token
	refused bool   // whether Atlas refused current, so that another one is fetched
	issued  bool   // whether Atlas has issued a token, so that it knows the service account
	resting *Error // the failure in which the token endpoint asked to wait until rested
	rested  time.Time
	final   *Error // why no token is fetched any more
	closed  bool
}

func newTokens(c *Client) *tokens {
	s := &tokens{client: c}
	s.running, s.stop = context.WithCancel(context.Background())
	return s
}

// refuse marks t: another token is fetched for the next request.
func (s *tokens) refuse(t *token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = s.refused || s.current == t
}

// accept removes the mark of refuse: Atlas accepts t after all.
func (s *tokens) accept(t *token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = s.refused && s.current != t
}

// known returns the current token if it is good, or why no token is fetched now. If it returns neither, one must be fetched.
func (s *tokens) known() (*token, *Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.lives(expiryMargin) && !s.refused {
		return s.current, nil
	}
	switch { // each read adds its history to a failure of its own
	case s.final != nil:
		return nil, new(*s.final)
	case s.current.lives(0) && time.Now().Before(s.rested):
		resting := *s.resting
		resting.wait.least = time.Until(s.rested)
		return nil, &resting
	}
	return nil, nil
}

// old returns the current token if it has not expired, although Atlas may have refused it, or nil.
func (s *tokens) old() *token {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.lives(0) {
		return s.current
	}
	return nil
}

// lifeLeft returns the time until the current token expires.
func (s *tokens) lifeLeft() time.Duration {
	if old := s.old(); old != nil && !old.expires.IsZero() {
		return time.Until(old.expires)
	}
	return math.MaxInt64
}

// fetched is the result of a fetch. Several reads share it.
type fetched struct {
	token   *token
	failure *Error
	// began is when the fetch began, and until is the deadline of the read that started it, or zero.
	began, until time.Time
}

// isOfAnotherTime reports whether the fetch began too long before a read that needed a token at since to share its failure.
func (f fetched) isOfAnotherTime(since time.Time) bool {
	return f.failure.Passing && since.Sub(f.began) > lateness
}

// isOutlivedBy reports whether ctx has time left for another fetch after the time of the read that started this one was up.
func (f fetched) isOutlivedBy(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	timeWasUp := f.failure.Kind == Ended || f.failure.Stopped == NoTimeLeft
	return timeWasUp && !f.until.IsZero() && (!ok || deadline.Sub(f.until) > fetchMargin)
}

// replacing returns a channel that is closed when the request for another token is sent. The limit of a read does not include the
// time before that, when the request may wait for a slot.
func (s *tokens) replacing() chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sending == nil {
		s.sending = make(chan struct{})
	}
	return s.sending
}

// get returns a good token. If that takes a fetch, and it fails, it returns why, and a token that may still be good, or nil. If
// there is such a token, get does not wait for the end of a fetch that takes too long.
func (s *tokens) get(ctx context.Context) (*token, *Error) {
	since := time.Now()
	var (
		result  <-chan singleflight.Result
		sending chan struct{}
		limit   time.Duration
		timeout <-chan time.Time
	)
	for {
		if token, failure := s.known(); token != nil {
			return token, nil
		} else if failure != nil {
			return s.old(), failure
		}
		if ctx.Err() != nil {
			return nil, ended(ctx, SigningIn)
		}
		if timeout == nil {
			sending = s.replacing()
		}
		if result == nil {
			result = s.fetches.DoChan("", func() (any, error) { return s.fetch(ctx), nil })
		}
		select {
		case r := <-result:
			result = nil
			got, _ := r.Val.(fetched)
			switch {
			case got.failure == nil:
				return got.token, nil
			case got.isOutlivedBy(ctx), got.isOfAnotherTime(since):
				continue
			}
			return s.old(), new(*got.failure)
		case <-sending:
			limit = min(timeLeft(ctx)/2, max(s.lifeLeft()/2, minReplaceTimeout))
			sending, timeout = nil, time.After(limit)
		case <-timeout:
			if old := s.old(); old != nil {
				return old, s.client.unanswered(tokenOperation, stalledError{limit})
			}
		case <-ctx.Done():
			return nil, ended(ctx, SigningIn)
		}
	}
}

// margin returns the fetchMargin for ctx.
func margin(ctx context.Context) time.Duration { return min(fetchMargin, timeLeft(ctx)/10) }

// fetch fetches a token for all reads that wait for one, and then revokes the previous one. While that one may still be good,
// it makes only one attempt: the reads go on with the old token.
func (s *tokens) fetch(ctx context.Context) fetched {
	if token, failure := s.known(); token != nil || failure != nil {
		return fetched{token: token, failure: failure} // another fetch has just ended
	}
	fetchCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeLeft(ctx)-margin(ctx))
	defer cancel()
	defer context.AfterFunc(s.running, cancel)()
	fetchCtx = tflog.SetField(fetchCtx, "operation", tokenOperation.name)
	began := time.Now()
	var token *token
	replaces := func() bool { return s.old() != nil }
	if replaces() {
		defer s.replaced()
	}
	attempt := func(ctx context.Context) ([]byte, *Error) {
		if _, closed := s.known(); closed != nil { // since the last attempt
			return nil, closed
		}
		call := s.post(tokenPath, url.Values{"grant_type": {"client_credentials"}})
		if replaces() {
			call = s.announced(call.within(replaceTimeout))
		}
		body, failure := s.client.once(ctx, tokenOperation, call)
		if failure == nil {
			token, failure = s.newToken(body)
		}
		return nil, failure
	}
	_, failure := s.client.retry(fetchCtx, attempt, replaces)
	if failure != nil {
		until, _ := ctx.Deadline()
		return fetched{failure: s.failed(failure), began: began, until: until}
	}
	s.replace(ctx, token)
	return fetched{token: token}
}

// announced returns a call that first closes the channel of replacing.
func (s *tokens) announced(call execute) execute {
	return func(ctx context.Context) (*http.Response, error) {
		close(s.replacing())
		return call(ctx)
	}
}

// replaced forgets the channel of replacing.
func (s *tokens) replaced() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sending = nil
}

// failed remembers a failure if Atlas would refuse the credential again. If Atlas has accepted it before, later reads try again.
func (s *tokens) failed(failure *Error) *Error {
	failure.SignIn = true
	s.mu.Lock()
	defer s.mu.Unlock()
	failure.Accepted = s.issued
	if !s.closed && !s.issued && failure.rejectsCredential() && !failure.Passing {
		s.final = failure
	}
	s.resting, s.rested = failure, time.Now().Add(failure.wait.least)
	return failure
}

// replace makes t the current token, and revokes the previous one. It revokes t itself if the client has been closed.
func (s *tokens) replace(ctx context.Context, t *token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	outdated := s.current
	s.current, s.refused, s.issued = t, false, true
	s.rested = time.Time{} // a token ends the wait that the endpoint asked for
	if s.closed {
		outdated, s.current = t, nil
	}
	s.revocations.Go(func() { s.revoke(context.WithoutCancel(ctx), outdated) }) // the reads need not wait for it
}

// close revokes the current token, even if it is still being fetched, and prevents further fetches, before ctx ends.
func (s *tokens) close(ctx context.Context) {
	defer s.stop()
	s.mu.Lock()
	s.closed = true
	s.final = &Error{Kind: Ended, Cause: context.Canceled, SignIn: true, Phase: SigningIn, Stopped: NotRetried}
	outdated := s.current
	s.current = nil
	s.mu.Unlock()
	s.revocations.Go(func() { s.revoke(ctx, outdated) })
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _, _ = s.fetches.Do("", func() (any, error) { return s.fetch(ctx), nil }) // waits for a fetch in progress; begins none
		s.revocations.Wait()
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// revoke revokes a token that has not expired (RFC 7009). It waits for a slot, even until Close has ended the reads that have them.
// It does not report failures, and is too short for a retry.
func (s *tokens) revoke(ctx context.Context, t *token) {
	if !t.lives(0) {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.running, cancel)()
	form := url.Values{"token": {t.value}, "token_type_hint": {"access_token"}}
	_, _ = s.client.once(ctx, operation{name: revokePath}, s.post(revokePath, form).within(closeTimeout))
}

// post returns a call that sends form to an endpoint, with the service account in the header (RFC 6749 section 2.3.1).
func (s *tokens) post(path string, form url.Values) execute {
	return func(ctx context.Context) (*http.Response, error) {
		target := s.client.cfg.BaseURL.JoinPath(path).String()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form.Encode()))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Accept", "application/json")
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		account := s.client.cfg.Credential
		req.SetBasicAuth(url.QueryEscape(account.ID), url.QueryEscape(account.Secret))
		return s.client.http.Do(req)
	}
}

// maxToken is the maximum length of a token, in bytes. Servers refuse larger headers.
const maxToken = 16 << 10

// tokenText matches a token that can be the value of a header.
var tokenText = regexp.MustCompile(`^[!-~]+$`)

// newToken returns the token in an answer of the token endpoint (RFC 6749 section 5.1), or why there is none. A lifetime that
// is not a positive number counts as absent, in which case the token is used until Atlas refuses it.
func (s *tokens) newToken(body []byte) (*token, *Error) {
	object := errorObject(body)
	value := object.text("access_token")
	failure := &Error{SignIn: true, Status: http.StatusOK}
	switch {
	case value == "":
		if failure.explain(object, body, &s.client.scrub); failure.Code == "" {
			failure.Kind, failure.Detail = Unexpected, "has no token"
		}
		failure.Passing = s.client.canPass(tokenOperation, failure, nil)
		return nil, failure
	case !tokenText.MatchString(value), len(value) > maxToken:
		failure.Kind, failure.Detail = Unexpected, "has a token that cannot be sent in a header"
		return nil, failure
	}
	s.client.scrub.hide(value)
	t := &token{value: value, issued: time.Now()}
	text := object.text("expires_in") // some servers quote it
	if number, ok := object["expires_in"].(json.Number); ok {
		text = number.String()
	}
	const longest = 365 * 24 * time.Hour
	if seconds, err := json.Number(text).Float64(); err == nil && seconds > 0 {
		t.expires = t.issued.Add(time.Duration(min(seconds, longest.Seconds()) * float64(time.Second)))
	}
	return t, nil
}
