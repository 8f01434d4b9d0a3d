package sandbox

import (
	"context"
	"errors"
	"net"
	"sync"
)

// ErrNotLoopback is the error for an address that other machines can reach.
var ErrNotLoopback = errors.New("the address is not a loopback address")

// Listen listens on a TCP address of the loopback interface, such as "127.0.0.1:0". It fails with ErrNotLoopback for any other
// address.
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

// ListenInMemory returns a listener. Only its DialContext can connect to it.
func ListenInMemory() *MemoryListener {
	return &MemoryListener{accept: make(chan net.Conn), closed: make(chan struct{})}
}

// DialContext connects to the listener and ignores the address. It is a DialContext for http.Transport.
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

// Close closes the listener. Accepted connections stay open.
func (l *MemoryListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr returns an address that nothing can connect to.
func (l *MemoryListener) Addr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "memory" }
