package atlas

import (
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// execute makes one call. Its context signs the request; the body of its answer is in memory.
type execute func(ctx context.Context) (*http.Response, error)

// within returns a call that fails with a stalledError after limit.
func (e execute) within(limit time.Duration) execute {
	return func(ctx context.Context) (*http.Response, error) {
		limited, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		resp, err := e(limited)
		if err != nil && limited.Err() != nil && ctx.Err() == nil {
			return nil, stalledError{limit}
		}
		return resp, err
	}
}

// stalledError is the error of a call that took longer than its limit.
type stalledError struct{ limit time.Duration }

func (e stalledError) Error() string {
	return "no complete answer arrived within " + e.limit.Round(100*time.Millisecond).String()
}

// request makes a request of the API and returns the JSON of the answer. It fails with an Error.
func (c *Client) request(ctx context.Context, op operation, call execute) ([]byte, error) {
	ctx = tflog.SetField(ctx, "operation", op.name)
	attempt := func(ctx context.Context) ([]byte, *Error) { return c.signed(ctx, op, call) }
	body, failure := c.retry(ctx, attempt, func() bool { return false })
	if failure != nil {
		return nil, failure
	}
	return body, nil
}

// untilClosed returns ctx, which also ends when the client closes. Call cancel after the read.
func (c *Client) untilClosed(ctx context.Context) (until context.Context, cancel context.CancelFunc) {
	until, end := context.WithCancel(ctx)
	if c.closed.Err() != nil {
		end()
	}
	stop := context.AfterFunc(c.closed, end)
	return until, func() { stop(); end() }
}

// maxRoleRetries is how often a request is sent again if Atlas denies a role that it accepted for the same operation before.
const maxRoleRetries = 3

// retry makes attempts until one succeeds, fails for good, or no retries or no time is left. It never begins a wait that
// outlasts the deadline of ctx. If enough is true after an attempt, it returns the failure of that attempt as it is.
func (c *Client) retry(
	ctx context.Context, attempt func(ctx context.Context) ([]byte, *Error), enough func() bool,
) ([]byte, *Error) {
	start := time.Now()
	var before *Error
	attempts, denials := 0, 0
	for {
		body, failure := attempt(tflog.SetField(ctx, "attempt", attempts+1))
		if failure == nil || enough() {
			return body, failure
		}
		hasStopped := failure.Stopped != notStopped // a sign-in that has had its own retries
		if failure.sent || failure.Phase == Sending && !hasStopped {
			attempts++
		}
		if hasStopped {
			if failure.Kind == Ended && attempts > 0 {
				failure.tried(attempts, time.Since(start), before)
			}
			return nil, failure
		}
		failure.tried(attempts, time.Since(start), before)
		if failure.Code == roleMissing {
			denials++
		}
		var wait time.Duration
		switch {
		case !failure.Passing || c.cfg.MaxRetries == 0:
			failure.Stopped = NotRetried
		case attempts > c.cfg.MaxRetries, denials > maxRoleRetries:
			failure.Stopped = RetriesUsedUp
		default:
			wait, failure.Stopped = failure.nextWait(ctx)
		}
		if failure.Stopped != notStopped {
			return nil, failure
		}
		tflog.Warn(ctx, "Waiting to send a request to Atlas again", map[string]any{
			"attempt": attempts, "reason": failure.Error(), "wait_ms": wait.Milliseconds(),
		})
		if !sleep(ctx, wait) {
			interrupted := ended(ctx, Waiting)
			interrupted.tried(attempts, time.Since(start), failure)
			interrupted.Stopped = NotRetried
			return nil, interrupted
		}
		before = failure
	}
}

// signed makes one attempt with a token, if the credential needs one. If Atlas refuses the token because it may have expired
// or been revoked, it sends the request once more with another one. If no other one can be fetched, it uses the refused one
// as long as it may be good.
func (c *Client) signed(ctx context.Context, op operation, call execute) ([]byte, *Error) {
	for replaced := false; ; replaced = true {
		token, unsigned := c.signIn(ctx)
		if token == nil {
			unsigned.sent = replaced
			return nil, unsigned
		}
		body, failure := c.once(withToken(ctx, token), op, call)
		if c.tokens != nil && failure.acceptsToken() {
			c.tokens.accept(token)
		}
		switch {
		case failure == nil, c.tokens == nil, replaced && unsigned == nil, !token.isOutdated(failure):
			return body, failure
		case unsigned != nil && c.tokens.old() == token: // says why there is no other token
			if failure.Passing { // the old one may be accepted: a long wait of the token endpoint does not end the read
				unsigned.Passing = !unsigned.rejectsCredential()
				if unsigned.wait.least > min(timeLeft(ctx)/2, maxRetryAfter) {
					unsigned.wait = failure.wait
				}
			}
			return nil, unsigned
		}
		c.tokens.refuse(token)
	}
}

// signIn returns the token that signs the next request. If another one is needed and cannot be fetched, it returns why, with
// the one that may still be good, or nil.
func (c *Client) signIn(ctx context.Context) (*token, *Error) {
	switch c.cfg.Credential.Kind {
	case AccessToken:
		return &token{value: c.cfg.Credential.Secret}, nil
	case ServiceAccount:
		return c.tokens.get(ctx)
	case APIKey: // signs without a token
	}
	return &token{}, nil
}

// attemptTimeout bounds an attempt, from its connection to the end of the body.
const attemptTimeout = time.Minute

// once makes a call, with a limit on how many run at a time and on how long each takes. The wait for a slot is not part of it:
// slow requests do not make others fail.
func (c *Client) once(ctx context.Context, op operation, call execute) ([]byte, *Error) {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		return nil, ended(ctx, Queued)
	}
	resp, err := call.within(attemptTimeout)(ctx) //nolint:bodyclose // in memory
	body, failure := c.judge(op, resp, err)
	if failure != nil && failure.Kind == Unanswered && ctx.Err() != nil {
		return nil, ended(ctx, Sending)
	}
	return body, failure
}

// succeed remembers that Atlas answered op with what was asked for, so that it accepts the credential and its roles.
func (c *Client) succeed(op operation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.succeeded[op] = true
}

// sleep waits, and reports whether ctx is still alive after that.
func sleep(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}
