package transport

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// Every request that fails does so with an error of one of the types below, or with a StatusError. Their texts are clean:
// no secret, no control character, and of a server's words at most 1 KiB.

// ContentError is an answer that is not what was asked for, without a status that says why.
type ContentError struct {
	// Reason says what is wrong with it, as the rest of the sentence "The answer …".
	Reason string
}

func (e *ContentError) Error() string { return "the answer " + e.Reason }

// NetworkError is a request that got no complete answer: no connection, a broken one, or none in time.
type NetworkError struct {
	// Attempts is how often the request was sent, and Took how long that took, the waits between included. Attempts is
	// zero if the read ended while it waited for another one to sign in.
	Attempts int
	Took     time.Duration
	// Before is what the attempt before the last one came to: a StatusError or a NetworkError. It is nil if there was none.
	Before error
	// Ended is context.DeadlineExceeded if the read ran out of time, context.Canceled if it was interrupted, and nil if
	// the last attempt failed by itself.
	Ended error
	// SignIn is whether the request was for a token.
	SignIn bool
	// Proxy is whether the proxy failed, as opposed to the connection through it: it was not reached, did not complete
	// its handshake, or answered with a ConnectError.
	Proxy bool

	text       string
	err        error
	unanswered bool // the connection ended before the answer began
}

func (e *NetworkError) Error() string { return e.text }

// Unwrap returns the cause, such as an x509.UnknownAuthorityError, a tls.RecordHeaderError or a ConnectError. Its text is
// not clean.
func (e *NetworkError) Unwrap() error { return e.err }

// ConnectError is a proxy's answer that refuses to connect to Atlas. It is the cause of a NetworkError.
type ConnectError struct {
	// Status is the HTTP status code, such as 407 if the proxy wants a user and a password.
	Status int
}

func (e *ConnectError) Error() string { return "the proxy answered " + statusText(e.Status) }

// OriginError is a request that would have left the origin of the base URL, as a redirect does. It was not sent.
type OriginError struct {
	// Base and Target are origins: scheme, host and port.
	Base, Target string
}

func (e *OriginError) Error() string {
	return fmt.Sprintf("refused to leave %s for %s", e.Base, e.Target)
}

// ProxyError is a proxy variable of the environment that names no proxy. Its value is not shown: it may hold a password.
type ProxyError struct {
	// Variable is the name of the environment variable.
	Variable string
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the environment variable %s is not the URL of a proxy", e.Variable)
}

// failure returns the error of a request as one of this package's, without what net/http says around it: the URL, which
// the caller knows.
func failure(err error, scrub *scrubber, unanswered bool) error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	if isOwn(err) {
		return err
	}
	if strings.HasPrefix(err.Error(), "failed to parse Location header") { // net/http has no type for it
		return &ContentError{Reason: "redirects to no URL"}
	}
	return &NetworkError{Proxy: isOfProxy(err), text: scrub.clean(err.Error()), err: err, unanswered: unanswered}
}

func isOfProxy(err error) bool {
	_, answered := errors.AsType[*ConnectError](err)
	operation, ok := errors.AsType[*net.OpError](err)
	return answered || ok && (operation.Op == "proxyconnect" || operation.Op == "socks connect")
}

func isOwn(err error) bool {
	var (
		status  *StatusError
		content *ContentError
		network *NetworkError
		origin  *OriginError
	)
	return errors.As(err, &status) || errors.As(err, &content) || errors.As(err, &network) || errors.As(err, &origin)
}
