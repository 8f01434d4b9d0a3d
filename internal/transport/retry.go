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

// Stop is why a request that Atlas answered with an error was not sent again.
type Stop int

const (
	// NotRetried means that the same request would fail again, or that retries are turned off.
	NotRetried Stop = iota
	// RetriesUsedUp means that the request was sent again as often as the configuration allows.
	RetriesUsedUp
	// NoTimeLeft means that the next wait would not have ended before the deadline of the read.
	NoTimeLeft
	// WaitTooLong means that the server asked to wait for more than an hour.
	WaitTooLong
)

// goOn means that the request is sent again.
const goOn Stop = -1

// history is how a request went so far.
type history struct {
	signIn   bool // whether it goes to the token endpoint
	start    time.Time
	attempts int           // that began
	took     time.Duration // until the end of the last attempt
	before   error         // of the attempt before the last one, or of the last one if waiting
	waiting  bool          // since the last attempt
	queued   bool          // when it ended
	stopped  Stop
	// asked is whether the current attempt asked for a connection, and begun whether it got one or began to make one.
	asked, begun atomic.Bool
}

type historyKey struct{}

// historyOf returns the history of the request that ctx belongs to, or an empty one.
func historyOf(ctx context.Context) *history {
	if h, ok := ctx.Value(historyKey{}).(*history); ok {
		return h
	}
	return &history{}
}

// of returns err with the history if it is a NetworkError or if ctx has ended, and other errors as they are.
func (h *history) of(ctx context.Context, err error) error {
	network, ok := errors.AsType[*NetworkError](err)
	switch {
	case err == nil, !ok && ctx.Err() == nil:
		return err
	case ok && network.SignIn && network.Ended == nil: // the history of the request for a token is more specific
		return err
	}
	e := NetworkError{err: err}
	if ok {
		e = *network
	}
	if ended := ctx.Err(); ended != nil {
		e.Ended, e.text = ended, ended.Error()
	}
	if h.attempts > 0 { // otherwise, keep the history of the request for a token
		e.Attempts, e.Before, e.Waiting = h.attempts, h.before, h.waiting
	}
	e.Took = max(e.Took, time.Since(h.start)) // another read may have begun the request for a token
	e.Queued = e.Queued || h.queued
	e.SignIn = e.SignIn || h.signIn
	return &e
}

// retryTransport sends a request again after a failure that may pass, up to MaxRetries times, and hands on the last answer or error.
// It never begins a wait that outlasts the request's deadline. All log lines of a request name the request.
type retryTransport struct {
	client *Client
	next   http.RoundTripper
	signIn bool
}

func (t *retryTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	h := &history{signIn: t.signIn, start: time.Now()}
	ctx := context.WithValue(req.Context(), historyKey{}, h)
	ctx = tflog.SetField(ctx, "method", req.Method)
	ctx = tflog.SetField(ctx, "path", t.client.scrub.clean(req.URL.Path)) // a server's own words after a redirect
	waits := newWaits()
	for number := 1; ; number++ {
		resp, err := t.sendOnce(tflog.SetField(ctx, "attempt", number), req, h)
		if err != nil && ctx.Err() != nil {
			return nil, h.of(ctx, err)
		}
		reason := t.transient(resp, err)
		var wait time.Duration
		switch maxRetries := t.client.cfg.MaxRetries; {
		case reason == "" || maxRetries == 0:
			h.stopped = NotRetried
		case number > maxRetries, isSilentProxy(err) && isSilentProxy(h.before):
			h.stopped = RetriesUsedUp
		default:
			wait, h.stopped = waits.after(resp).within(ctx)
		}
		if h.stopped != goOn {
			return resp, h.of(ctx, err)
		}
		tflog.Warn(ctx, "Waiting to send a request to Atlas again", map[string]any{
			"attempt": number, "reason": reason, "wait_ms": wait.Milliseconds(),
		})
		if h.before = err; resp != nil {
			h.before = newStatusError(resp, &t.client.scrub)
		}
		h.waiting = true
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, h.of(ctx, ctx.Err())
		}
	}
}

// sendOnce sends req with a body to read from its beginning, and adds the attempt to h.
func (t *retryTransport) sendOnce(ctx context.Context, req *http.Request, h *history) (*http.Response, error) {
	sent := req.Clone(ctx)
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		sent.Body = body
	}
	h.asked.Store(false)
	h.begun.Store(false)
	resp, err := t.next.RoundTrip(sent)
	h.took = time.Since(h.start)
	begun := h.begun.Load()
	h.queued = h.asked.Load() && !begun
	if begun {
		h.attempts++
		h.waiting = false
	}
	if err == nil && resp.StatusCode == http.StatusOK {
		t.client.accepted.Store(true)
	}
	return resp, err
}

// transient returns why the same request may succeed later, or "" if it should not be sent again.
func (t *retryTransport) transient(resp *http.Response, err error) string {
	switch {
	case isTransient(err):
		return err.Error()
	case err != nil:
		return ""
	case isTransientStatus(resp.StatusCode), isStale(resp), t.client.accepted.Load() && isRefusedForNow(resp):
		return statusText(resp.StatusCode) // not resp.Status, which is the server's own text
	}
	return ""
}

// isStale reports whether resp is a 401 for an expired nonce, so that the key itself is valid (RFC 7616 section 3.3).
func isStale(resp *http.Response) bool {
	return resp.StatusCode == http.StatusUnauthorized && strings.Contains(resp.Header.Get("WWW-Authenticate"), "stale=true")
}

// isRefusedForNow reports whether resp is a 401 that valid credentials sometimes get, or the one for a revoked token (RFC 6750
// section 3.1). Wrong credentials get the same answers, so only credentials that Atlas accepted before are worth another attempt.
func isRefusedForNow(resp *http.Response) bool {
	if resp.StatusCode != http.StatusUnauthorized {
		return false
	}
	object, _ := errorObjectOf(resp)
	return object.ErrorCode != "" && object.ErrorCode != roleMissing ||
		strings.Contains(resp.Header.Get("WWW-Authenticate"), "invalid_token")
}
