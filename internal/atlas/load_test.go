package atlas

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// counted counts the open connections, now and at most, and all that were made.
type counted struct {
	mu               sync.Mutex
	open, most, made int
}

func (c *counted) dial(next virtual.Dial) virtual.Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		// net/http starts to dial just before it closes another connection. The clock moves after both.
		time.Sleep(time.Nanosecond)
		conn, err := next(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c.add(1)
		return &countedConn{Conn: conn, closed: sync.OnceFunc(func() { c.add(-1) })}, nil
	}
}

func (c *counted) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open += n
	c.made += max(0, n)
	c.most = max(c.most, c.open)
}

func (c *counted) now() (open, most int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open, c.most
}

type countedConn struct {
	net.Conn
	closed func()
}

func (c *countedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}

// A test in virtual time fails if a goroutine is left, so this test also finds goroutines that do not end.
func TestConnectionsDoNotPileUp(t *testing.T) {
	t.Parallel()
	virtual.Each(t, everySignIn(), func(t *testing.T, c Credentials) {
		s := sandbox.New(virtual.Data(3,
			sandbox.Answer{Break: sandbox.Close, Times: 10},
			sandbox.Answer{Break: sandbox.CloseInBody, Times: 10},
			sandbox.Answer{Break: sandbox.StallInBody, Times: 10},
			sandbox.Answer{Break: sandbox.Stall, Times: 10},
			sandbox.Answer{Status: 503, Times: 10},
			sandbox.Answer{Body: new("{}"), Times: 10},
			sandbox.Answer{Redirect: "http://other.invalid/", Times: 10},
		))
		connections := &counted{}
		client := connectBy(t, connections.dial(virtual.Serve(t, s)), signedInBy(c), withRetries(10))
		for round := range 2 {
			for _, err := range readAll(t.Context(), client, 100) {
				if round > 0 && err != nil || err != nil && !isOwn(err) { // all faults occur in the first round
					t.Error(err)
				}
			}
			if open, most := connections.now(); open > maxSockets || most > maxSockets {
				t.Errorf("%d connections are open, and %d were", open, most)
			}
		}
		time.Sleep(time.Second) // net/http may still be making a connection that no request needs any more
		client.Close(t.Context())
		if open, _ := connections.now(); open != 0 {
			t.Errorf("%d connections are left", open)
		}
	})
}

func TestReadsThatEndLeaveNoConnection(t *testing.T) {
	t.Parallel()
	faults := map[string]sandbox.Answer{"stall": {Break: sandbox.Stall, Times: -1}, "stall in body": {Break: sandbox.StallInBody, Times: -1}}
	virtual.Each(t, faults, func(t *testing.T, answer sandbox.Answer) {
		connections := &counted{}
		client := connectBy(t, connections.dial(virtual.Serve(t, sandbox.New(virtual.Data(3, answer)))))
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(errors.New("interrupted")) })
		for _, err := range readAll(ctx, client, 100) {
			if err == nil {
				t.Error("a read got no error")
			}
		}
		time.Sleep(time.Second) // net/http may still be making a connection that no request needs any more, and then keeps it
		client.Close(t.Context())
		if open, most := connections.now(); open != 0 || most != maxSockets {
			t.Errorf("%d connections are left of %d", open, most)
		}
	})
}
