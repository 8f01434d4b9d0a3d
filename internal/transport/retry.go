package transport

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// retryTransport sends a request again after a failure that may pass, up to maxRetries times, and hands on the last
// answer or error. It never begins a wait that outlasts the request's deadline.
type retryTransport struct {
	next       http.RoundTripper
	maxRetries int
	scrub      *scrubber
	signIn     bool // whether the requests go to the token endpoint
	// accepted is whether an answer has been 200 OK, the token endpoint's included, and so the credentials are good.
	accepted *atomic.Bool
}

func (t *retryTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	h := &history{signIn: t.signIn, start: time.Now()}
	waits := newWaits()
	for number := 1; ; number++ {
		resp, err := t.attempt(req, h, number)
		if err != nil && ctx.Err() != nil {
			return nil, h.of(ctx, err)
		}
		reason := t.transient(resp, err)
		if h.stopped = t.stops(number, reason, err, h.before); h.stopped != goOn {
			return resp, h.of(ctx, err)
		}
		var wait time.Duration
		if wait, h.stopped = waits.after(resp).within(ctx); h.stopped != goOn {
			return resp, h.of(ctx, err)
		}
		tflog.Warn(ctx, "Waiting to send a request to Atlas again", map[string]any{
			"attempt": number, "reason": reason, "wait_ms": wait.Milliseconds(),
		})
		if h.before = err; resp != nil {
			h.before = newStatusError(resp, t.scrub)
		}
		h.waiting = true
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, h.of(ctx, ctx.Err())
		}
	}
}

// attempt sends req with a body to read from its beginning, and with the number of the attempt in the log fields.
func (t *retryTransport) attempt(req *http.Request, h *history, number int) (*http.Response, error) {
	a := &attempt{history: h}
	sent := req.Clone(context.WithValue(tflog.SetField(req.Context(), "attempt", number), attemptKey{}, a))
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		sent.Body = body
	}
	resp, err := t.next.RoundTrip(sent)
	h.add(a)
	if err == nil && resp.StatusCode == http.StatusOK {
		t.accepted.Store(true)
	}
	return resp, err
}

// stops returns why an attempt that failed with err, after one that failed with before, is the last one, or goOn.
func (t *retryTransport) stops(number int, reason string, err, before error) Stop {
	switch {
	case reason == "" || t.maxRetries == 0:
		return NotRetried
	case number > t.maxRetries, isSilentProxy(err) && isSilentProxy(before):
		return RetriesUsedUp
	}
	return goOn
}

// transient returns why the same request may succeed later, or "" if it should not be sent again.
func (t *retryTransport) transient(resp *http.Response, err error) string {
	switch {
	case err != nil && isTransient(err):
		return err.Error()
	case err != nil:
		return ""
	case isTransientStatus(resp.StatusCode), isStale(resp), t.accepted.Load() && isRefusedForNow(resp):
		return statusText(resp.StatusCode) // not resp.Status, which is the server's own text
	}
	return ""
}

// isStale reports whether resp is the 401 for a nonce that is no longer valid. Atlas has then accepted the key itself (RFC 7616
// section 3.3).
func isStale(resp *http.Response) bool {
	return resp.StatusCode == http.StatusUnauthorized && strings.Contains(resp.Header.Get("WWW-Authenticate"), "stale=true")
}

// isRefusedForNow reports whether resp is a 401 that valid credentials sometimes get, or the one for a revoked token (RFC 6750
// section 3.1). Wrong credentials get the same answers, so only credentials that Atlas accepted before are worth another attempt.
func isRefusedForNow(resp *http.Response) bool {
	if resp.StatusCode != http.StatusUnauthorized {
		return false
	}
	code := errorCode(resp)
	return code != "" && code != roleMissing || strings.Contains(resp.Header.Get("WWW-Authenticate"), "invalid_token")
}
