package transport

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"slices"
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
	// Before is how the last attempt but one failed, or, if Waiting, the last one: a StatusError, a NetworkError, or nil.
	Before error
	// Waiting is whether the read ended while it waited to send the request again.
	Waiting bool
	// Queued is whether the read ended while it waited for its turn to use one of the ten connections.
	Queued bool
	// Ended is context.DeadlineExceeded or context.Canceled if the read ended, and nil if the last attempt failed by itself.
	Ended error
	// SignIn is whether the request was one for a token. If it ran out of time after other requests of the same read, Attempts,
	// Before, and Waiting are those of the read.
	SignIn bool
	// Proxy is whether the proxy itself failed: it was not reached, did not complete its handshake, or sent a ConnectError.
	Proxy bool

	text       string
	err        error
	unanswered bool // see failure
}

func (e *NetworkError) Error() string { return e.text }

// Unwrap returns the cause, such as an x509.UnknownAuthorityError or a ConnectError. Its text is not clean.
func (e *NetworkError) Unwrap() error { return e.err }

// ConnectError is a proxy's answer that refuses to connect to Atlas. It is the cause of a NetworkError.
type ConnectError struct {
	// Status is the HTTP status code, such as 407 if the proxy wants a user and a password.
	Status int
}

func (e *ConnectError) Error() string { return "the proxy answered " + statusText(e.Status) }

// OriginError is the error for a redirect to another origin than that of the base URL, which the client does not follow.
type OriginError struct {
	// Base and Target are origins: scheme, host and port.
	Base, Target string
}

func (e *OriginError) Error() string {
	return fmt.Sprintf("refused to leave %s for %s", e.Base, e.Target)
}

// ProxyError is an environment variable that is not the URL of a proxy. It hides the value, which may include a password.
type ProxyError struct {
	// Variable is the name of the environment variable.
	Variable string
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the environment variable %s is not the URL of a proxy", e.Variable)
}

// Failure returns err, an error of HTTPClient, as one of the errors of this package.
func (c *Client) Failure(err error) error { return failure(err, &c.scrub, false) }

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

func isOwn(err error) bool {
	types := []any{new(*StatusError), new(*ContentError), new(*NetworkError), new(*OriginError)}
	return slices.ContainsFunc(types, func(target any) bool { return errors.As(err, target) })
}

func isOfProxy(err error) bool {
	_, answered := errors.AsType[*ConnectError](err)
	operation, ok := errors.AsType[*net.OpError](err)
	return answered || ok && (operation.Op == "proxyconnect" || operation.Op == "socks connect")
}

func isTransientStatus(status int) bool {
	return slices.Contains([]int{
		http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}, status)
}

// isTransient reports whether a request that failed with err may succeed later: its connection was refused, reset, cut or
// stalled, or a name server failed. It may not if the host does not exist or cannot prove its identity, if the address is
// invalid, or if the server does not speak TLS. The innermost cause decides: a proxy reports the same failures.
func isTransient(err error) bool {
	var (
		address *net.AddrError
		answer  *ConnectError
		name    *net.DNSError
		timeout net.Error
	)
	network, isNetwork := errors.AsType[*NetworkError](err)
	switch {
	case isNetwork && network.SignIn: // the token endpoint has had its retries
		return false
	case errors.As(err, &answer):
		return isTransientStatus(answer.Status)
	case errors.As(err, &name):
		return name.Temporary()
	case errors.As(err, &address), errors.Is(err, fs.ErrPermission):
		return false
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errStalled):
		return true
	}
	if operation := innermost(err); operation != nil {
		return isTransientOperation(operation)
	}
	return errors.As(err, &timeout) && timeout.Timeout() || isNetwork && network.unanswered
}

// isSilentProxy reports whether a proxy accepted a connection and did not complete its own handshake in time, such as an HTTP
// proxy that waits for a request while the client waits for SOCKS. It will hardly do so later.
func isSilentProxy(err error) bool {
	operation := innermost(err)
	return operation != nil && operation.Op != "dial" && operation.Timeout() && isOfProxy(err)
}

func isTransientOperation(operation *net.OpError) bool {
	switch operation.Op {
	case "dial", "read", "write":
		return true
	case "socks connect":
		// The replies of RFC 1928 section 6 have no type in net/http.
		reply := strings.TrimPrefix(operation.Err.Error(), "unknown error ")
		return slices.Contains([]string{
			"general SOCKS server failure", "network unreachable", "host unreachable", "connection refused", "TTL expired",
		}, reply)
	}
	return operation.Timeout() // neither "remote error" nor "local error", which are TLS alerts
}

// innermost returns the network operation that is closest to the cause of err, or nil.
func innermost(err error) *net.OpError {
	var found *net.OpError
	for operation := (*net.OpError)(nil); errors.As(err, &operation); err = operation.Err {
		found = operation
	}
	return found
}
