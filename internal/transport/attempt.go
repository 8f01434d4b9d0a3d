package transport

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// attemptTimeout bounds an attempt from the moment that it has its connection until it has read the body of its answer.
// It does not include the wait for one of maxSockets: slow requests do not make others fail.
const attemptTimeout = time.Minute

// stalledError is an attempt that took longer than attemptTimeout.
type stalledError struct{}

func (stalledError) Error() string {
	return "no complete answer arrived within " + attemptTimeout.String()
}
func (stalledError) Timeout() bool   { return true }
func (stalledError) Temporary() bool { return true }

// attemptTransport makes one attempt: it sends the request and reads the complete answer into memory, within limits of time and
// size. The log shows no bodies, no credentials, and no headers except those of the rate limit.
type attemptTransport struct {
	next      http.RoundTripper
	userAgent string
	scrub     *scrubber
}

func (t *attemptTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	start := time.Now()
	resp, err := t.send(req)
	fields := map[string]any{"duration_ms": time.Since(start).Milliseconds()}
	if err != nil {
		fields["error"] = err.Error()
		tflog.Debug(req.Context(), "Request failed without an answer", fields)
		return nil, err
	}
	resp.Request = req
	fields["status"] = resp.StatusCode
	for _, name := range []string{"RateLimit-Limit", "RateLimit-Remaining", "Retry-After"} {
		if n, err := strconv.Atoi(resp.Header.Get(name)); err == nil {
			fields[name] = n
		}
	}
	tflog.Debug(req.Context(), "Request answered", fields)
	return resp, nil
}

func (t *attemptTransport) send(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	current := attemptOf(req.Context())
	var connected bool
	var answered atomic.Bool
	stall := time.AfterFunc(attemptTimeout, func() { cancel(stalledError{}) })
	defer stall.Stop()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			current.queued.Store(true)
			stall.Stop()
		},
		GotConn: func(info httptrace.GotConnInfo) {
			connected = true
			current.begun.Store(true)
			_ = info.Conn.SetDeadline(time.Time{}) // ends that of the handshakes
			stall.Reset(attemptTimeout)
		},
		GotFirstResponseByte: func() { answered.Store(true) },
	})
	sent := req.Clone(ctx)
	sent.Header.Set("User-Agent", t.userAgent)

	resp, err := t.next.RoundTrip(sent)
	if err == nil {
		resp, err = buffered(resp)
	}
	if err != nil {
		return nil, failure(err, t.scrub, connected && !answered.Load())
	}
	return resp, nil
}
