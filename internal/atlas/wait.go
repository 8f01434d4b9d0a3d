package atlas

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	// maxRetryAfter is the longest wait that a server can ask for. If it asks for more, the request fails.
	maxRetryAfter = time.Hour
	// limitWait is the longest wait after a rate limit of unknown duration.
	limitWait = time.Minute
)

// nextWait returns how long to wait after e before the next attempt, or why that is not possible.
//
// Waits grow from 1 s to 30 s, with jitter. After a rate limit without a time to wait, they are the 10 s, 20 s, and 40 s that
// MongoDB advises, or up to half as long again, but at most the duration of the limit. If Atlas asks for a longer wait, the
// usual wait is added to it. Otherwise, all reads that were told to wait until the same moment would come at that moment.
func (e *Error) nextWait(ctx context.Context) (time.Duration, Stop) {
	least, spread := grow(2*time.Second, e.Attempts, 20*time.Second, 0.5), time.Duration(0)
	switch {
	case e.wait.least > least:
		least, spread = e.wait.least, least
	case e.Status == http.StatusTooManyRequests && !e.wait.stated:
		least = min(grow(12500*time.Millisecond, e.Attempts, maxRetryAfter, 0.2), cmp.Or(e.wait.most, limitWait), maxRetryAfter)
	}
	left := timeLeft(ctx) - least
	switch {
	case least > maxRetryAfter:
		return 0, WaitTooLong
	case left <= 0:
		return 0, NoTimeLeft
	case spread >= left: // a random part of the first half of the time that is left; the second half is for the answer
		return least + rand.N(left/2+1), notStopped //nolint:gosec // not a secret
	}
	return least + spread, notStopped
}

// grow returns first, doubled with each attempt up to most, times a random factor from 1-jitter to 1+jitter.
func grow(first time.Duration, attempt int, most time.Duration, jitter float64) time.Duration {
	middle := min(float64(first)*math.Pow(2, float64(attempt-1)), float64(most))
	return time.Duration(middle * (1 - jitter + 2*jitter*rand.Float64())) //nolint:gosec // not a secret
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

// waitAsked reads the header Retry-After and, without one, the parameters of Atlas's error object for a rate limit.
func waitAsked(resp *http.Response, object jsonObject) askedWait {
	if wait, ok := retryAfter(resp.Header); ok {
		return askedWait{stated: true, least: wait}
	}
	if resp.StatusCode != http.StatusTooManyRequests {
		return askedWait{}
	}
	switch object.text("errorCode") {
	case "RATE_LIMITED_TOKEN_BUCKET": // endpoint, seconds to wait, capacity, refill, interval of the refill
		wait := object.parameter(1, time.Second)
		return askedWait{stated: wait > 0, least: wait}
	case "RATE_LIMITED": // endpoint, number of requests, minutes that it is for
		return askedWait{most: object.parameter(2, time.Minute)}
	}
	return askedWait{}
}

// parameter returns the parameter i of an error object as a time. It returns zero if it is not a positive whole number of units.
func (o jsonObject) parameter(i int, unit time.Duration) time.Duration {
	parameters, _ := o["parameters"].([]any)
	if i >= len(parameters) {
		return 0
	}
	number, _ := parameters[i].(json.Number)
	n, err := number.Int64()
	if err != nil || n < 0 || n > int64(math.MaxInt64/unit) {
		return 0
	}
	return time.Duration(n) * unit
}

// retryAfter returns how long the header Retry-After (RFC 9110 section 10.2.3: seconds or a date) asks to wait, which is zero
// if the date is past. A date is compared with that of the answer, since the clocks of two machines differ. It is not ok if the
// header is absent or invalid.
func retryAfter(header http.Header) (wait time.Duration, ok bool) {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		if seconds < 0 || seconds > int64(math.MaxInt64/time.Second) {
			return 0, false
		}
		return time.Duration(seconds) * time.Second, true
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(0, until.Sub(now)), true
}
