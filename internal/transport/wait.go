package transport

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// maxRetryAfter is the longest wait that a server can ask for. If it asks for more, the request fails.
const maxRetryAfter = time.Hour

// limitWait is the longest wait after a rate limit of unknown duration.
const limitWait = time.Minute

// waits are the waits between the attempts of one request. They grow exponentially, with jitter, from 1 s to 30 s. After a
// rate limit without a time to wait, they begin with the 10 s, 20 s, and 40 s that MongoDB advises, or up to half as long again,
// and are at most the duration of the limit, or limitWait if it is unknown. If the server asks for a longer wait, they follow it.
type waits struct {
	usual, limited backoff.ExponentialBackOff
}

func newWaits() *waits {
	return &waits{
		usual: backoff.ExponentialBackOff{ // half to one and a half of 2 s, 4 s, 8 s, 16 s, 20 s, …
			InitialInterval: 2 * time.Second, Multiplier: 2, RandomizationFactor: 0.5, MaxInterval: 20 * time.Second,
		},
		limited: backoff.ExponentialBackOff{ // 10 s to 15 s, 20 s to 30 s, 40 s to 60 s, …
			InitialInterval: 12500 * time.Millisecond, Multiplier: 2, RandomizationFactor: 0.2, MaxInterval: maxRetryAfter,
		},
	}
}

// after returns how long to wait after resp, which is nil if no answer arrived.
func (w *waits) after(resp *http.Response) pause {
	wait := w.usual.NextBackOff()
	if resp == nil {
		return pause{least: wait}
	}
	switch asked := waitAsked(resp); {
	case asked.least > wait:
		return pause{least: asked.least, spread: wait}
	case !asked.stated && resp.StatusCode == http.StatusTooManyRequests:
		return pause{least: min(w.limited.NextBackOff(), cmp.Or(asked.most, limitWait), maxRetryAfter)}
	}
	return pause{least: wait}
}

// pause is a wait between two attempts. Its spread is added to what the server asks for, so that reads that are all told to
// wait until the same moment do not all come then.
type pause struct {
	least, spread time.Duration
}

// within returns the pause, which ends before the deadline of ctx, and goOn. If that is not possible, it returns why. If only the
// spread does not fit, it becomes a random part of the first half of the time that is left; the second half is for the answer.
func (p pause) within(ctx context.Context) (time.Duration, Stop) {
	left := timeLeft(ctx) - p.least
	switch {
	case p.least > maxRetryAfter:
		return 0, WaitTooLong
	case left <= 0:
		return 0, NoTimeLeft
	case p.spread >= left:
		return p.least + rand.N(left/2+1), goOn //nolint:gosec // not a secret
	}
	return p.least + p.spread, goOn
}

// timeLeft returns the time until the deadline of ctx.
func timeLeft(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return time.Until(deadline)
	}
	return math.MaxInt64
}

// askedWait is when a server wants a request to be sent again.
type askedWait struct {
	// stated is whether the server asks to wait, and least how long.
	stated bool
	least  time.Duration
	// most is the duration of a rate limit, if the server gives that instead; it is zero otherwise.
	most time.Duration
}

// waitAsked reads the header Retry-After and, without one, the parameters of Atlas's error for a rate limit.
func waitAsked(resp *http.Response) askedWait {
	if wait, ok := retryAfter(resp.Header); ok {
		return askedWait{stated: true, least: wait}
	}
	if resp.StatusCode != http.StatusTooManyRequests {
		return askedWait{}
	}
	switch object, _ := errorObjectOf(resp); object.ErrorCode {
	case "RATE_LIMITED_TOKEN_BUCKET": // endpoint, seconds to wait, capacity, refill, interval of the refill
		wait := parameter(object.Parameters, 1, time.Second)
		return askedWait{stated: wait > 0, least: wait}
	case "RATE_LIMITED": // endpoint, number of requests, minutes that it is for
		return askedWait{most: parameter(object.Parameters, 2, time.Minute)}
	}
	return askedWait{}
}

// parameter returns parameters[i], a JSON array, as a time. It returns zero if it is not a positive whole number of units.
func parameter(parameters json.RawMessage, i int, unit time.Duration) time.Duration {
	var values []json.RawMessage
	if json.Unmarshal(parameters, &values) != nil || i >= len(values) {
		return 0
	}
	var n int64
	if json.Unmarshal(values[i], &n) != nil || n < 0 || n > int64(math.MaxInt64/unit) {
		return 0
	}
	return time.Duration(n) * unit
}

// retryAfter returns how long the header Retry-After (RFC 9110 section 10.2.3: seconds or a date) asks to wait, which is
// zero if the date is past. It is not ok if the header is absent or invalid.
func retryAfter(header http.Header) (wait time.Duration, ok bool) {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		if seconds < 0 || seconds > int64(math.MaxInt64/time.Second) {
			return 0, false
		}
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date)), true
	}
	return 0, false
}
