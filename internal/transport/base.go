package transport

import (
	"context"
	"net"
	"net/http"
	"time"
)

const (
	// maxSockets limits the connections of parallel reads. Terraform's default is also ten operations at a time.
	maxSockets = 10
	// handshakeTimeout bounds the handshakes of a new connection: TLS, and the proxy's, which net/http does not bound if the
	// proxy speaks SOCKS.
	handshakeTimeout = 15 * time.Second
)

// dialFunc is the DialContext of an http.Transport.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// newBaseTransport returns the bottom of every stack. It speaks only HTTP/1.1: pages are read one after another, and
// isTransient knows how HTTP/1.1 fails.
func newBaseTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // documented to be one
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.TLSClientConfig = nil // the clone would still offer HTTP/2 to the server
	t.DialContext = withDeadline(t.DialContext)
	t.MaxConnsPerHost = maxSockets
	t.MaxIdleConnsPerHost = maxSockets
	t.MaxResponseHeaderBytes = 1 << 20
	t.OnProxyConnectResponse = checkConnect
	return t
}

// withDeadline gives the connections of dial the deadline of their handshakes, which attemptTransport then removes. An attempt
// that makes a connection has begun: it no longer waits for one of maxSockets.
func withDeadline(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		attemptOf(ctx).begun.Store(true)
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return conn, conn.SetDeadline(time.Now().Add(handshakeTimeout))
	}
}
