package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestConnectionsBreak(t *testing.T) {
	t.Parallel()
	reset := syscall.ECONNRESET
	if runtime.GOOS == "windows" {
		reset = syscall.Errno(10054) // WSAECONNRESET, which syscall has no name for elsewhere.
	}
	cases := map[string]struct {
		broken sandbox.Break
		status int // in the record; zero if there is no answer
		want   error
	}{
		"closed":             {sandbox.Close, 0, io.EOF},
		"closed in the body": {sandbox.CloseInBody, 200, io.ErrUnexpectedEOF},
		"reset":              {sandbox.Reset, 0, reset},
		"reset in the body":  {sandbox.ResetInBody, 200, reset},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, base := acctest.Serve(t, orders(100, sandbox.Answer{}, sandbox.Answer{Break: tc.broken, Times: -1}))
			whole := get(t, base+connectionsPath)
			// On a kept connection, net/http would retry the broken request.
			transport := &http.Transport{DisableKeepAlives: true}
			a, err := try(t, &http.Client{Transport: transport}, http.MethodGet, base+connectionsPath, nil,
				bearer(sandbox.DefaultCredentials().AccessToken))
			if !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
			if tc.broken == sandbox.CloseInBody && a.body != whole.body[:len(whole.body)/2] {
				t.Errorf("got %d of %d bytes", len(a.body), len(whole.body))
			}
			if r := s.Requests(); len(r) != 2 || r[1].Status != tc.status {
				t.Errorf("recorded %+v", r)
			}
		})
	}
}

func TestStallsLastUntilTheClientLeaves(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]sandbox.Break{"before the answer": sandbox.Stall, "in the body": sandbox.StallInBody} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := inMemory(t, sandbox.New(orders(100, sandbox.Answer{Break: broken})))
				client.Timeout = time.Hour
				start := time.Now()
				_, err := try(t, client, http.MethodGet, "http://atlas"+connectionsPath, nil, bearer(sandbox.DefaultCredentials().AccessToken))
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Hour {
					t.Errorf("after %v: %v", time.Since(start), err)
				}
				// The bubble ends only after all goroutines, so the sandbox has noticed that the client left.
			})
		})
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := inMemory(t, sandbox.New(orders(1, sandbox.Answer{Delay: sandbox.Duration(90 * time.Second), Times: 2})))
		header := bearer(sandbox.DefaultCredentials().AccessToken)
		start := time.Now()
		if a := do(t, client, http.MethodGet, "http://atlas"+connectionsPath, nil, header); a.status != http.StatusOK {
			t.Errorf("got %d", a.status)
		}
		if waited := time.Since(start); waited != 90*time.Second {
			t.Errorf("waited %v", waited)
		}
		client.Timeout = time.Second
		if _, err := try(t, client, http.MethodGet, "http://atlas"+connectionsPath, nil, header); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}
