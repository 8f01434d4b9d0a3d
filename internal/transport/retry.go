package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// maxRetryAfter is the longest Retry-After that is waited for. Who asks for more is told to the user instead.
const maxRetryAfter = time.Hour

// retryTransport sends a request again after a failure that may pass, up to maxRetries times, and hands on the last
// answer or error. It waits from 1 s to 30 s, exponentially with jitter, and never less than Retry-After asks for. It
// never begins a wait that outlasts the request's deadline.
type retryTransport struct {
	next       http.RoundTripper
	maxRetries int
}

func (t *retryTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	waits := backoff.ExponentialBackOff{ // half to one and a half of 2 s, 4 s, 8 s, 16 s, 20 s, …
		InitialInterval:     2 * time.Second,
		Multiplier:          2,
		RandomizationFactor: 0.5,
		MaxInterval:         20 * time.Second,
	}
	var before error
	for attempt := 1; ; attempt++ {
		sent, err := rewound(req, attempt)
		if err != nil {
			return nil, err
		}
		resp, err := t.next.RoundTrip(sent)
		if err != nil && ctx.Err() != nil {
			return nil, ended(ctx, err, before)
		}
		reason := transient(resp, err)
		if reason == "" || attempt > t.maxRetries {
			return resp, err
		}
		wait := waits.NextBackOff()
		if resp != nil {
			wait = max(wait, retryAfter(resp.Header))
		}
		if deadline, ok := ctx.Deadline(); wait > maxRetryAfter || ok && wait >= time.Until(deadline) {
			return resp, err
		}
		tflog.Warn(ctx, "Waiting to send a request to Atlas again", map[string]any{
			"attempt": attempt, "reason": reason, "wait_ms": wait.Milliseconds(),
		})
		if before = err; resp != nil {
			before = &StatusError{Status: resp.StatusCode}
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ended(ctx, ctx.Err(), before)
		}
	}
}

// ended returns err, the error of a request whose context has ended, with what the attempt before came to.
func ended(ctx context.Context, err, before error) error {
	if before == nil {
		return err
	}
	return &NetworkError{Before: before, text: ctx.Err().Error(), err: err}
}

// rewound returns req with a body to read from its beginning, and with its attempt in the log fields.
func rewound(req *http.Request, attempt int) (*http.Request, error) {
	sent := req.Clone(tflog.SetField(req.Context(), "attempt", attempt))
	if req.GetBody == nil {
		return sent, nil
	}
	body, err := req.GetBody()
	sent.Body = body
	return sent, err
}

// transient says why the same request may succeed later, and "" where it would not or must not be sent again.
func transient(resp *http.Response, err error) string {
	if err != nil {
		if isTransient(err) {
			return err.Error()
		}
		return ""
	}
	if isTransientStatus(resp.StatusCode) {
		return statusText(resp.StatusCode) // not resp.Status, which is the server's own text
	}
	return ""
}

func isTransientStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// isTransient tells a connection that was refused, reset, cut or stalled, or a name that could not be resolved for now,
// from a host that does not exist or that cannot prove who it is.
func isTransient(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		connect     *connectError
		name        *net.DNSError
		operation   *net.OpError
		timeout     net.Error
	)
	switch {
	case errors.As(err, &certificate):
		return false
	case errors.As(err, &connect):
		return isTransientStatus(connect.status)
	case errors.As(err, &name):
		return name.Temporary()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return true
	case errors.As(err, &operation):
		switch operation.Op {
		case "dial", "proxyconnect", "read", "write": // not "remote error" and "local error", which are TLS alerts
			return true
		}
		return false
	}
	return errors.As(err, &timeout) && timeout.Timeout()
}

// retryAfter returns how long the header Retry-After (RFC 9110 section 10.2.3: seconds or a date) asks to wait, and zero
// where it is absent, past or makes no sense.
func retryAfter(header http.Header) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		if seconds < 0 || seconds > int64(math.MaxInt64/time.Second) {
			return 0
		}
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date))
	}
	return 0
}
