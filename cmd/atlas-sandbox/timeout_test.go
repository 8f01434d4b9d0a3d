package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// connected connects to a started server in virtual time.
func connected(t *testing.T, handler http.Handler) net.Conn {
	t.Helper()
	listener := virtual.Listen()
	t.Cleanup(start(handler, listener))
	conn, err := listener.DialContext(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestAClientThatDoesNotSendIsDisconnected(t *testing.T) {
	t.Parallel()
	const post = "POST /api/oauth/token HTTP/1.1\r\nHost: localhost\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\n"
	for name, tc := range map[string]struct {
		sent, want string
		after      time.Duration
	}{
		"half of a header": {"GET / HTTP/1.1\r\nHost: local", "", headerTimeout},
		"half of a body":   {post + "grant_type", "HTTP/1.1 400 Bad Request\r\n", readTimeout},
		"no body where none is read": {
			strings.Replace(post, "POST /api/oauth/token", "GET /", 1), "HTTP/1.1 401 Unauthorized\r\n", readTimeout,
		},
		"no other request": {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 401 Unauthorized\r\n", idleTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				conn := connected(t, sandbox.New(nil))
				begin := time.Now()
				if _, err := io.WriteString(conn, tc.sent); err != nil {
					t.Fatal(err)
				}
				_ = conn.SetReadDeadline(begin.Add(time.Hour))
				got, err := io.ReadAll(conn)
				if err != nil || !strings.HasPrefix(string(got), tc.want) {
					t.Errorf("got %q, %v", got, err)
				}
				if took := time.Since(begin); took < tc.after || took > tc.after+time.Second {
					t.Errorf("it took %s, not %s", took, tc.after)
				}
			})
		})
	}
}

func TestASlowAnswerIsNotCutOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := sandbox.Answer{Delay: sandbox.Duration(30 * time.Minute)}
		conn := connected(t, sandbox.New(nil, sandbox.WithTokenAnswers(slow)))
		_, err := io.WriteString(conn, "POST /api/oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx")
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("got %s", resp.Status)
		}
	})
}

func TestARequestWithAHugeHeaderIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		conn := connected(t, sandbox.New(nil))
		request := "GET /" + strings.Repeat("a", 2*maxHeader) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
		go func() { _, _ = io.WriteString(conn, request) }() // The server does not read all of it.
		got, err := io.ReadAll(conn)                         // until the server disconnects
		if err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 431 Request Header Fields Too Large\r\n") {
			t.Errorf("got %q, %v", got, err)
		}
	})
}
