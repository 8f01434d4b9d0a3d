package transport

import (
	"context"
	"errors"
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
	// revokeTimeout bounds the request that revokes a token: Terraform kills a provider two seconds after it asked it to
	// stop. It is too short for a retry.
	revokeTimeout = time.Second
	// fetchMargin is how long before the deadline of its read a fetch ends, so that the read can return why.
	fetchMargin = time.Second
)

// minTokenAge is the age from which a token that Atlas refuses is replaced. A younger one has neither expired nor been
// revoked, and another one would be refused as well.
const minTokenAge = 5 * time.Second

// issuedToken is a token that was fetched.
type issuedToken struct {
	*oauth2.Token

	issued time.Time
}

// isOutdated reports whether Atlas may accept another token after it answered resp to this one. If a role is missing, Atlas
// also answers 401, and another token does not help.
func (t *issuedToken) isOutdated(resp *http.Response) bool {
	if resp.StatusCode != http.StatusUnauthorized || time.Since(t.issued) < minTokenAge {
		return false
	}
	object, _ := errorObjectOf(resp)
	return object.ErrorCode != roleMissing
}

// tokenSource signs requests with one token for all reads. A fetch of a token continues if the read that started it is canceled, and
// ends with the deadline of that read.
type tokenSource struct {
	config clientcredentials.Config
	client *Client
	sender *http.Client      // of requests for tokens
	next   http.RoundTripper // of signed requests

	fetches     singleflight.Group
	revocations sync.WaitGroup // of tokens that were replaced
	mu          sync.Mutex
	current     *issuedToken
	refusal     error // why no token is fetched any more: Atlas refused the credentials, or the client is closed
}

// errClosed is the error of reads that need a token after the client was closed.
var errClosed = &NetworkError{SignIn: true, Ended: context.Canceled, text: "the client is closed", err: context.Canceled}

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

// token returns a token other than refused, which is nil or the one that the API has just refused.
func (s *tokenSource) token(ctx context.Context, refused *issuedToken) (*issuedToken, error) {
	for {
		if token, err := s.known(refused); token != nil || err != nil {
			return token, err
		}
		if ended := ctx.Err(); ended != nil {
			return nil, &NetworkError{Ended: ended, SignIn: true, text: ended.Error(), err: ended}
		}
		fetched := s.fetches.DoChan("", func() (any, error) { return s.fetch(ctx, refused) })
		select {
		case result := <-fetched:
			token, _ := result.Val.(*issuedToken)
			network, ok := errors.AsType[*NetworkError](result.Err)
			if !ok || network.Ended == nil || timeLeft(ctx) <= fetchMargin { // otherwise, only the time of another read is up
				return token, result.Err
			}
		case <-ctx.Done():
		}
	}
}

// known returns the current token if it is valid and not refused, or the refusal. It returns neither if a token must be fetched.
func (s *tokenSource) known(refused *issuedToken) (*issuedToken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusal != nil || s.current == nil || s.current == refused || !s.current.Valid() {
		return nil, s.refusal
	}
	return s.current, nil
}

// fetch fetches a token for all reads that wait for one, and then revokes the previous one.
func (s *tokenSource) fetch(ctx context.Context, refused *issuedToken) (*issuedToken, error) {
	if token, err := s.known(refused); token != nil || err != nil {
		return token, err // another fetch has just ended
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeLeft(ctx)-fetchMargin)
	defer cancel()
	fetched, err := s.config.Token(context.WithValue(ctx, oauth2.HTTPClient, s.sender))
	if err != nil {
		err = s.tokenError(err)
		s.mu.Lock()
		defer s.mu.Unlock()
		if isRefusal(err) {
			s.refusal = err
		}
		return nil, err
	}
	s.client.scrub.hide(fetched.AccessToken)
	token := &issuedToken{Token: fetched, issued: time.Now()}
	s.mu.Lock()
	before := s.current
	s.current = token
	s.mu.Unlock()
	s.revocations.Go(func() { s.revoke(context.WithoutCancel(ctx), before) }) // the reads need not wait for it
	return token, nil
}

// isRefusal reports whether the token endpoint refused the credentials, so that it would refuse them again. An error
// without a code is not a refusal: something in between, such as a proxy, answered.
func isRefusal(err error) bool {
	status, ok := errors.AsType[*StatusError](err)
	return ok && status.IsAtlas() && status.Status >= 400 && status.Status < 500 && !isTransientStatus(status.Status)
}

// tokenError turns an error of the oauth2 package, which quotes the answer, into one of this package's.
func (s *tokenSource) tokenError(err error) error {
	if answer, ok := errors.AsType[*oauth2.RetrieveError](err); ok && answer.Response.StatusCode != http.StatusOK {
		return newStatusError(answer.Response, &s.client.scrub)
	}
	if _, ok := errors.AsType[*url.Error](err); !ok {
		return &ContentError{Reason: "of the token endpoint has no token"}
	}
	err = s.client.Failure(err)
	if content, ok := errors.AsType[*ContentError](err); ok {
		content.Reason = "of the token endpoint " + content.Reason
	}
	return err
}

// close revokes the current token, even if it is still being fetched, and prevents further fetches, within revokeTimeout.
func (s *tokenSource) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	s.mu.Lock()
	s.refusal = errClosed
	s.mu.Unlock()
	select {
	case <-s.fetches.DoChan("", func() (any, error) { return nil, errClosed }): // waits for a fetch in progress
	case <-ctx.Done():
		return
	}
	s.mu.Lock()
	token := s.current
	s.current = nil
	s.mu.Unlock()
	s.revoke(ctx, token)
	s.revocations.Wait() // ends: each is as short, and none begins any more
}

// revoke revokes a token that has not expired (RFC 7009). It does not report failures.
func (s *tokenSource) revoke(ctx context.Context, token *issuedToken) {
	if token == nil || !token.Valid() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	form := url.Values{"token": {token.AccessToken}, "token_type_hint": {"access_token"}}
	target := s.client.cfg.BaseURL.JoinPath(revokePath).String()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(s.config.ClientID), url.QueryEscape(s.config.ClientSecret))
	if resp, err := s.sender.Do(req); err == nil {
		_ = resp.Body.Close()
	}
}
