package transport

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// revokeTimeout is how long a token is tried to be given back: Terraform kills a provider two seconds after it asks it to
// end. As no retry comes sooner, there is none.
const revokeTimeout = time.Second

// revoke gives the current token back (RFC 7009), best effort.
func (s *tokenSource) revoke(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	s.mu.Lock()
	fetch := s.last
	s.last = nil
	s.mu.Unlock()
	if fetch == nil {
		return
	}
	select {
	case <-fetch.done:
	case <-ctx.Done():
		return
	}
	if !fetch.token.Valid() {
		return
	}
	form := url.Values{"token": {fetch.token.AccessToken}, "token_type_hint": {"access_token"}}
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
