package atlas

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Error is why a read failed: who answered and what, or why nobody did, how often it was tried, and whether it can pass. Its
// texts contain no secrets, no control characters, and at most 1 KiB of a server's text. Every method of Client that reads
// fails with an Error.
type Error struct {
	// Kind is what went wrong.
	Kind Kind
	// SignIn is whether the token endpoint failed, not the API.
	SignIn bool
	// Status is the HTTP status code of a Refused answer.
	Status int
	// Code is the error code of Atlas or of OAuth, such as invalid_client of the token endpoint. It is empty if Atlas did not answer.
	Code string
	// Detail is Atlas's explanation of a Refused request, with the invalid fields that it names. If Atlas did not answer, it is
	// the text of the answer, or the title of a page. For the other kinds, see there.
	Detail string
	// RetryAfter is how long Atlas asks to wait, in a header or in the error; zero if it does not.
	RetryAfter time.Duration
	// NoDigest is whether an API key was refused by a server that does not offer Digest authentication.
	NoDigest bool
	// Accepted is whether Atlas accepted the credential before it refused this request.
	Accepted bool
	// Cause is why nobody answered, such as an x509.UnknownAuthorityError or a ConnectError, or the error of the context for
	// Ended. Its text is not clean.
	Cause error
	// Proxy is whether the proxy itself failed: it was not reached, did not complete its handshake, or sent a ConnectError.
	Proxy bool

	// Passing is whether the same request may succeed later; see Client.canPass.
	Passing bool
	// Attempts is how many attempts the request made that failed, and Took the time from the first one until the end. It is zero if
	// the read ended before its first attempt, or if no request failed, as for Changed.
	Attempts int
	Took     time.Duration
	// Before is the failure of the attempt before the last one or, if the read ended between two attempts, of the last one.
	Before *Error
	// Phase is what the request did when it failed.
	Phase Phase
	// Stopped is why there was no further attempt.
	Stopped Stop

	// Wanted is the name that Atlas did not find, of an instance or a connection.
	Wanted string
	// Existing are the names that exist, if Atlas did not find the requested one. It is nil if they could not be listed.
	Existing []string
	// MayExist is whether the names could not be listed for a moment, so that Wanted may be one of them.
	MayExist bool
	// Listed is the resource that Atlas lists, but does not find by its name.
	Listed *Resource

	text string // of Unanswered
	wait askedWait
	sent bool // whether the attempt sent a request before it failed to sign in again
}

// Kind is what went wrong.
type Kind int

const (
	// Refused is an answer with an error status, or an error object of the token endpoint.
	Refused Kind = iota
	// Unexpected is an answer that is not what was asked for. Detail completes the sentence "The answer …".
	Unexpected
	// OtherName is an answer with another connection than the requested one, whose name is Detail.
	OtherName
	// Redirected is a redirect to another origin, Detail, which the client does not follow.
	Redirected
	// Unanswered is a request without a complete answer: there was no connection, or it broke.
	Unanswered
	// Ended is a read that was interrupted (context.Canceled) or ran out of time (context.DeadlineExceeded), as Cause says.
	Ended
	// Changed is a listing that kept changing while it was read. Detail is a sentence on what changed.
	Changed
	// TooLarge is a listing with more than MaxListing resources, too many bytes, or too many empty pages. Detail is a sentence on
	// what was found.
	TooLarge
)

// Phase is what a request did when it failed.
type Phase int

const (
	// Sending is an attempt: the request was being sent, or its answer read.
	Sending Phase = iota
	// Queued is the wait for one of the ten requests that run at a time.
	Queued
	// SigningIn is the wait for a token.
	SigningIn
	// Waiting is the wait before another attempt.
	Waiting
)

// Stop is why there was no further attempt.
type Stop int

const (
	notStopped Stop = iota
	// NotRetried means that the same request would fail again, or that retries are turned off.
	NotRetried
	// RetriesUsedUp means that the request was sent again as often as the configuration allows.
	RetriesUsedUp
	// NoTimeLeft means that the next wait would not have ended before the deadline of the read.
	NoTimeLeft
	// WaitTooLong means that the server asked to wait for more than an hour.
	WaitTooLong
)

func (e *Error) Error() string {
	switch e.Kind {
	case Refused:
		parts := slices.DeleteFunc([]string{statusText(e.Status), e.Code, e.Detail}, func(part string) bool { return part == "" })
		return ellipsis(strings.Join(parts, ": "), maxServerText)
	case Unexpected:
		if e.SignIn {
			return "the answer of the token endpoint " + e.Detail
		}
		return "the answer " + e.Detail
	case OtherName:
		return fmt.Sprintf("the answer is the connection %q", e.Detail)
	case Redirected:
		return "refused to follow a redirect to " + e.Detail
	case Unanswered:
		return e.text
	case Ended:
		return e.Cause.Error()
	case Changed:
		return "the listing changed while it was read: " + e.Detail
	case TooLarge:
	}
	return e.Detail
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// IsAtlas reports whether Atlas answered, by its error code, and not something in between, such as a proxy or a load balancer.
func (e *Error) IsAtlas() bool { return e.Code != "" }

// IsTokenLimit reports whether the service account has as many access tokens as it may have. The client secret is valid.
func (e *Error) IsTokenLimit() bool {
	return e.SignIn && e.Code == "access_denied" && strings.Contains(strings.ToLower(e.Detail), "token limit")
}

// rejectsCredential reports whether the token endpoint would refuse the service account again.
func (e *Error) rejectsCredential() bool {
	return e.SignIn && (e.Code == "invalid_client" || e.Code == "unauthorized_client")
}

// acceptsToken reports whether the answer, a success if e is nil, shows that Atlas accepts the token that signed the request.
func (e *Error) acceptsToken() bool {
	return e == nil || e.Code == roleMissing || e.Status == http.StatusNotFound && e.IsAtlas()
}

// tried adds the history of a request to e.
func (e *Error) tried(attempts int, took time.Duration, before *Error) {
	e.Attempts, e.Took, e.Before = attempts, took, before
}

// ended returns the error of a read whose context has ended in phase.
func ended(ctx context.Context, phase Phase) *Error {
	return &Error{Kind: Ended, Cause: ctx.Err(), Phase: phase, SignIn: phase == SigningIn}
}

// statusText returns a status in the words of RFC 9110, not in those of the server, which may be anything.
func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}
