package atlas

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// A server can close a kept connection at any time, also when the client is about to send the next request.
func TestConnectionsThatCloseUnderARequestAreRetried(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{"a kept one, under the request for a token": true, "a new one": false}
	virtual.Each(t, cases, func(t *testing.T, kept bool) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenLifetime(time.Minute))
		listener := &lastAccepted{Listener: virtual.Listen()}
		server := &http.Server{Handler: s, ReadHeaderTimeout: time.Hour, ErrorLog: log.New(io.Discard, "", 0)}
		go func() { _ = server.Serve(listener) }()
		t.Cleanup(func() { _ = server.Close() })
		client := connectBy(t, listener.DialContext, signedInBy(testServiceAccount()))

		closed := 0
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
			if closed == 0 && info.Reused == kept && (!kept || acctest.Count(s, sandbox.EndpointConnections) == 1) {
				closed++
				synctest.Wait()
				_ = listener.conn.Close()
				synctest.Wait() // until net/http has noticed
			}
		}})
		for range 2 {
			if _, err := read(ctx, client); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute) // the token expires, its connection does not
		}
		tokens, pages := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointConnections)
		if closed != 1 || tokens != 2 || pages != 2 {
			t.Errorf("closed %d connections; got %d token requests and %d pages", closed, tokens, pages)
		}
	})
}

// lastAccepted is a listener that keeps the last connection that it accepted.
type lastAccepted struct {
	*virtual.Listener

	conn net.Conn
}

func (l *lastAccepted) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	l.conn = conn
	return conn, err
}
