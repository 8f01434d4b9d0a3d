package sandbox

import (
	"context"
	"errors"
	"net"
	"sync"
)

// ErrNotLoopback refuses to listen where other machines can reach the sandbox.
var ErrNotLoopback = errors.New("the address is not a loopback address")

// Listen listens on a TCP address of the loopback interface, such as "127.0.0.1:0", and on no other.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, ErrNotLoopback
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", address)
}

// MemoryListener is a listener without a network, for tests in virtual time (testing/synctest): its connections are
// pipes. The zero value is not usable.
type MemoryListener struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// ListenInMemory returns a listener that is reached through its DialContext alone.
func ListenInMemory() *MemoryListener {
	return &MemoryListener{accept: make(chan net.Conn), closed: make(chan struct{})}
}

// DialContext connects to the listener, whatever the address. It suits http.Transport.
func (l *MemoryListener) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.accept <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for the next connection.
func (l *MemoryListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.accept:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends the listener. Connections that it has accepted stay open.
func (l *MemoryListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is an address in name only.
func (l *MemoryListener) Addr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "memory" }
