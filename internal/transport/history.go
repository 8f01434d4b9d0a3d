package transport

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"
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
	signIn   bool
	start    time.Time
	attempts int           // that began
	took     time.Duration // until the end of the last attempt
	before   error         // of the attempt before the last one, or of the last one if waiting
	waiting  bool          // since the last attempt
	queued   bool          // when it ended
	stopped  Stop
}

// attempt is one attempt of a request.
type attempt struct {
	history *history
	// queued is whether it asked for a connection, and begun whether its turn came: it got a connection or began to make one.
	queued, begun atomic.Bool
}

type attemptKey struct{}

// attemptOf returns the attempt that ctx belongs to. Without one, it returns an attempt of no history.
func attemptOf(ctx context.Context) *attempt {
	if a, ok := ctx.Value(attemptKey{}).(*attempt); ok {
		return a
	}
	return &attempt{history: &history{}}
}

// historyOf returns the history of the request that resp answers.
func historyOf(resp *http.Response) *history {
	if resp.Request == nil {
		return &history{}
	}
	return attemptOf(resp.Request.Context()).history
}

// add adds an attempt that has ended.
func (h *history) add(a *attempt) {
	h.took = time.Since(h.start)
	begun := a.begun.Load()
	h.queued = a.queued.Load() && !begun
	if begun {
		h.attempts++
		h.waiting = false
	}
}

// of returns err with the history if it is a NetworkError or if ctx has ended, and other errors as they are.
func (h *history) of(ctx context.Context, err error) error {
	network, ok := errors.AsType[*NetworkError](err)
	switch {
	case err == nil, ok && network.SignIn && network.Ended == nil: // which has the history of the request for a token
		return err
	case ok && network.SignIn:
		return h.ofSignIn(ctx, network)
	case !ok && ctx.Err() == nil:
		return err
	}
	e := NetworkError{err: err}
	if ok {
		e = *network
	}
	if e.Ended = ctx.Err(); e.Ended != nil {
		e.text = e.Ended.Error()
	}
	e.Took, e.Queued = time.Since(h.start), h.queued
	e.Attempts, e.Before, e.Waiting = h.attempts, h.before, h.waiting
	return &e
}

// ofSignIn returns signIn, which ran out of time, with the history of the read. If the read sent no request of its own, the
// history is that of the request for a token.
func (h *history) ofSignIn(ctx context.Context, signIn *NetworkError) error {
	e := *signIn
	e.err = signIn
	e.Took = max(signIn.Took, time.Since(h.start))
	if ended := ctx.Err(); ended != nil {
		e.Ended, e.text = ended, ended.Error()
	}
	if h.attempts > 0 {
		e.Attempts, e.Before, e.Waiting = h.attempts, h.before, h.waiting
	}
	return &e
}
