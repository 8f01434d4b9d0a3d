package transport

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/sync/singleflight"
)

const (
	// revokeTimeout is how long a token is tried to be given back: Terraform kills a provider two seconds after it asks it
	// to end. As no retry comes sooner, there is none.
	revokeTimeout = time.Second
	// fetchMargin is how much sooner a fetch ends than the read that began it, which can then say what came of it.
	fetchMargin = time.Second
)

// tokenSource fetches tokens, one for all reads. A fetch goes on if the read that began it is canceled, and ends with its
// deadline.
type tokenSource struct {
	config    clientcredentials.Config
	revokeURL string
	client    *http.Client
	scrub     *scrubber

	fetches singleflight.Group
	mu      sync.Mutex
	current *accessToken
	refusal error // why no token is fetched anymore: the credentials were refused, or the client is closed
}

// errClosed is what reads get that want a token once the client is closed.
var errClosed = &NetworkError{SignIn: true, Ended: context.Canceled, text: "the client is closed", err: context.Canceled}

// token returns a token other than refused, which is nil or the one that the API has just refused.
func (s *tokenSource) token(ctx context.Context, refused *accessToken) (*accessToken, error) {
	for {
		if token, err := s.known(refused); token != nil || err != nil {
			return token, err
		}
		fetched := s.fetches.DoChan("", func() (any, error) { return s.fetch(ctx, refused) })
		select {
		case result := <-fetched:
			token, _ := result.Val.(*accessToken)
			if !ranOutOfTime(result.Err) || timeLeft(ctx) <= fetchMargin {
				return token, result.Err
			}
		case <-ctx.Done():
			return nil, &NetworkError{Ended: ctx.Err(), SignIn: true, text: ctx.Err().Error(), err: ctx.Err()}
		}
	}
}

// known returns what needs no fetch: the current token, unless it has expired or is the refused one, or the refusal.
func (s *tokenSource) known(refused *accessToken) (*accessToken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusal != nil || s.current == nil || s.current == refused || !s.current.Valid() {
		return nil, s.refusal
	}
	return s.current, nil
}

// fetch fetches a token, for all reads that wait for one, and revokes the one before.
func (s *tokenSource) fetch(ctx context.Context, refused *accessToken) (*accessToken, error) {
	if token, err := s.known(refused); token != nil || err != nil {
		return token, err // another fetch ended just before this one began
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	fetched, err := s.config.Token(context.WithValue(ctx, oauth2.HTTPClient, s.client))
	if err != nil {
		err = s.signInError(err)
		s.mu.Lock()
		defer s.mu.Unlock()
		if isRefusal(err) {
			s.refusal = err
		}
		return nil, err
	}
	s.scrub.hide(fetched.AccessToken)
	token := &accessToken{Token: fetched, issued: time.Now()}
	s.mu.Lock()
	before := s.current
	s.current = token
	s.mu.Unlock()
	s.revoke(ctx, before)
	return token, nil
}

// detached returns a context that outlives the cancellation of ctx, but not its deadline.
func detached(ctx context.Context) (context.Context, context.CancelFunc) {
	free := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(free, deadline.Add(-fetchMargin))
	}
	return context.WithCancel(free)
}

// ranOutOfTime reports whether a fetch ended with the deadline of its read, which says nothing to a read that has more time.
func ranOutOfTime(err error) bool {
	network, ok := errors.AsType[*NetworkError](err)
	return ok && network.Ended != nil
}

// timeLeft returns how long ctx goes on.
func timeLeft(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return time.Until(deadline)
	}
	return math.MaxInt64
}

// isRefusal reports whether the token endpoint has refused the credentials: asking again with them is of no use.
func isRefusal(err error) bool {
	status, ok := errors.AsType[*StatusError](err)
	return ok && status.Status >= 400 && status.Status < 500 &&
		status.Status != http.StatusTooManyRequests && status.Status != http.StatusRequestTimeout
}

// signInError turns an error of the oauth2 package, which quotes the answer as it came, into one of this package's.
func (s *tokenSource) signInError(err error) error {
	if answer, ok := errors.AsType[*oauth2.RetrieveError](err); ok && answer.Response.StatusCode != http.StatusOK {
		e := newStatusError(answer.Response.StatusCode, answer.Response.Header, answer.Body, s.scrub)
		e.SignIn = true
		return e
	}
	if _, ok := errors.AsType[*url.Error](err); !ok {
		return &ContentError{Reason: "of the token endpoint has no token"}
	}
	err = failure(err, s.scrub, false)
	if network, ok := errors.AsType[*NetworkError](err); ok {
		network.SignIn = true
	}
	return err
}

// close revokes the current token, also one that is being fetched, and lets no other one be fetched. It ends within
// revokeTimeout.
func (s *tokenSource) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	s.mu.Lock()
	s.refusal = errClosed
	s.mu.Unlock()
	select {
	case <-s.fetches.DoChan("", func() (any, error) { return nil, errClosed }): // joins a fetch that is under way
	case <-ctx.Done():
		return
	}
	s.mu.Lock()
	token := s.current
	s.current = nil
	s.mu.Unlock()
	s.revoke(ctx, token)
}

// revoke gives a token back that was not used up (RFC 7009), best effort.
func (s *tokenSource) revoke(ctx context.Context, token *accessToken) {
	if token == nil || !token.Valid() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	form := url.Values{"token": {token.AccessToken}, "token_type_hint": {"access_token"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.revokeURL, strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(s.config.ClientID), url.QueryEscape(s.config.ClientSecret))
	if resp, err := s.client.Do(req); err == nil {
		_ = resp.Body.Close()
	}
}
