package transport

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// Every failed request returns an error of one of the types below or a StatusError. Their texts contain no secrets, no control
// characters, and at most 1 KiB of a server's text.

// ContentError is an answer with a good status and other content than was asked for.
type ContentError struct {
	// Reason completes the sentence "The answer …" with what is wrong.
	Reason string
}

func (e *ContentError) Error() string { return "the answer " + e.Reason }

// NetworkError is a request without a complete answer: there was no connection, or it broke, or time ran out.
type NetworkError struct {
	// Attempts is how many times the request was sent, or a connection for it failed, and Took the time from the first attempt
	// to the end. Attempts is zero if the read ended while it waited for another read to sign in or for a connection.
	Attempts int
	Took     time.Duration
	// Before is how the attempt before the last one failed, or the last one itself if Waiting: a StatusError or a NetworkError.
	// It is nil if there was none.
	Before error
	// Waiting is whether the read ended while it waited to send the request again.
	Waiting bool
	// Queued is whether the read ended while it waited for its turn to use one of the ten connections.
	Queued bool
	// Ended is context.DeadlineExceeded if the read ran out of time, context.Canceled if it was interrupted, and nil if
	// the last attempt failed by itself.
	Ended error
	// SignIn is whether the request was one for a token. If it ran out of time after other requests of the same read, Attempts,
	// Before, and Waiting are those of the read.
	SignIn bool
	// Proxy is whether the proxy failed, not the connection through it: it could not be reached, did not complete its
	// handshake, or answered with a ConnectError.
	Proxy bool

	text       string
	err        error
	unanswered bool // see failure
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

// OriginError is the error for a request to another origin than that of the base URL, such as after a redirect. The request was
// not sent.
type OriginError struct {
	// Base and Target are origins: scheme, host and port.
	Base, Target string
}

func (e *OriginError) Error() string {
	return fmt.Sprintf("refused to leave %s for %s", e.Base, e.Target)
}

// ProxyError is an environment variable that should be the URL of a proxy and is not. It does not show the value, which
// may include a password.
type ProxyError struct {
	// Variable is the name of the environment variable.
	Variable string
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the environment variable %s is not the URL of a proxy", e.Variable)
}

// failure returns the error of a request as one of this package's, without the URL that net/http puts before it. If
// unanswered is true, the request had a connection, and no byte of an answer arrived.
func failure(err error, scrub *scrubber, unanswered bool) error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	if isOwn(err) {
		return err
	}
	if strings.HasPrefix(err.Error(), "failed to parse Location header") { // has no type in net/http
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
