package transport

import (
	"context"
	"errors"
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

// errStalled is the error of an attempt that took longer than attemptTimeout.
var errStalled = errors.New("no complete answer arrived within " + attemptTimeout.String())

// attempt makes one attempt: it sends the request and reads the complete answer into memory, within limits of time and size.
// The log shows no bodies, no credentials, and no headers except those of the rate limit.
func (c *Client) attempt(req *http.Request) (*http.Response, error) {
	start := time.Now()
	resp, err := c.send(req)
	fields := map[string]any{"duration_ms": time.Since(start).Milliseconds()}
	if err != nil {
		fields["error"] = err.Error()
		tflog.Debug(req.Context(), "Request failed without an answer", fields)
		return nil, err
	}
	fields["status"] = resp.StatusCode
	for _, name := range []string{"RateLimit-Limit", "RateLimit-Remaining", "Retry-After"} {
		if n, err := strconv.Atoi(resp.Header.Get(name)); err == nil {
			fields[name] = n
		}
	}
	tflog.Debug(req.Context(), "Request answered", fields)
	return resp, nil
}

func (c *Client) send(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	h := historyOf(ctx)
	var connected bool
	var answered atomic.Bool
	stall := time.AfterFunc(attemptTimeout, func() { cancel(errStalled) })
	defer stall.Stop()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			h.asked.Store(true)
			stall.Stop()
		},
		GotConn: func(info httptrace.GotConnInfo) {
			connected = true
			h.begun.Store(true)
			_ = info.Conn.SetDeadline(time.Time{}) // ends that of the handshakes
			stall.Reset(attemptTimeout)
		},
		GotFirstResponseByte: func() { answered.Store(true) },
	})
	sent := req.Clone(ctx)
	sent.Header.Set("User-Agent", c.cfg.UserAgent)

	resp, err := c.cfg.Base.RoundTrip(sent)
	if err == nil {
		err = buffer(resp)
	}
	if err != nil {
		return nil, failure(err, &c.scrub, connected && !answered.Load())
	}
	return resp, nil
}
