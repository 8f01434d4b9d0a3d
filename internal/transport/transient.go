package transport

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"strings"
)

func isTransientStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// isTransient reports whether a request that failed with err may succeed later: its connection was refused, reset, cut or
// stalled, or a name server failed. It may not if the host does not exist or cannot prove its identity, if the address is
// invalid, or if the server does not speak TLS. The innermost cause decides: a proxy reports the same failures.
func isTransient(err error) bool {
	var (
		address *net.AddrError
		answer  *ConnectError
		name    *net.DNSError
		network *NetworkError
		timeout net.Error
	)
	switch {
	case errors.As(err, &network) && network.SignIn: // the token endpoint has had its retries
		return false
	case errors.As(err, &answer):
		return isTransientStatus(answer.Status)
	case errors.As(err, &name):
		return name.Temporary()
	case errors.As(err, &address), errors.Is(err, fs.ErrPermission):
		return false
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return true
	}
	if operation := innermost(err); operation != nil {
		return isTransientOperation(operation)
	}
	return errors.As(err, &timeout) && timeout.Timeout() || network != nil && network.unanswered
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
		return operation.Timeout() || slices.Contains([]string{
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
