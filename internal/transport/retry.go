package transport

import (
	"context"
	"errors"
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
	// accepted is whether an answer has been 200 OK, the token endpoint's included, and so the credentials are good.
	accepted *atomic.Bool
}

func (t *retryTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	h := history{start: time.Now()}
	waits := newWaits()
	for {
		h.attempts++
		resp, err := t.attempt(req, h.attempts)
		if err != nil && ctx.Err() != nil {
			return nil, h.of(ctx, err)
		}
		reason := t.transient(resp, err)
		if reason == "" || h.attempts > t.maxRetries {
			return resp, h.of(ctx, err)
		}
		wait := waits.after(resp)
		if deadline, ok := ctx.Deadline(); wait > maxRetryAfter || ok && wait >= time.Until(deadline) {
			return resp, h.of(ctx, err)
		}
		tflog.Warn(ctx, "Waiting to send a request to Atlas again", map[string]any{
			"attempt": h.attempts, "reason": reason, "wait_ms": wait.Milliseconds(),
		})
		if h.before = err; resp != nil {
			h.before = statusError(resp, t.scrub)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, h.of(ctx, ctx.Err())
		}
	}
}

// attempt sends req with a body to read from its beginning, and with the number of the attempt in the log fields.
func (t *retryTransport) attempt(req *http.Request, number int) (*http.Response, error) {
	sent := req.Clone(tflog.SetField(req.Context(), "attempt", number))
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		sent.Body = body
	}
	resp, err := t.next.RoundTrip(sent)
	if err == nil && resp.StatusCode == http.StatusOK {
		t.accepted.Store(true)
	}
	return resp, err
}

// transient returns why the same request may succeed later, or "" if it should not be sent again.
func (t *retryTransport) transient(resp *http.Response, err error) string {
	switch {
	case err != nil && isTransient(err):
		return err.Error()
	case err != nil:
		return ""
	case isTransientStatus(resp.StatusCode), t.accepted.Load() && isRefusedForNow(resp):
		return statusText(resp.StatusCode) // not resp.Status, which is the server's own text
	}
	return ""
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

// history is how a request went so far.
type history struct {
	start    time.Time
	attempts int
	before   error // of the attempt before
}

// of returns err with the history if it is a NetworkError or if ctx has ended, and other errors as they are.
func (h *history) of(ctx context.Context, err error) error {
	var e NetworkError
	network, ok := errors.AsType[*NetworkError](err)
	switch {
	case err == nil, ok && network.SignIn: // which has the history of the request for a token
		return err
	case ok:
		e = *network
	case ctx.Err() != nil:
		e.err = err
	default:
		return err
	}
	if e.Ended = ctx.Err(); e.Ended != nil {
		e.text = e.Ended.Error()
	}
	e.Attempts, e.Took, e.Before = h.attempts, time.Since(h.start), h.before
	return &e
}
