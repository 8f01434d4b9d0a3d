package atlas

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestAnswersSayWhyTheyAreTheLast(t *testing.T) {
	t.Parallel()
	type testCase struct {
		answers    []sandbox.Answer
		maxRetries int
		attempts   int
		stopped    Stop
	}
	busy := sandbox.Answer{Status: http.StatusServiceUnavailable, Times: -1, Delay: second}
	once := sandbox.Answer{Status: http.StatusServiceUnavailable, Delay: second}
	challenged := sandbox.Answer{Status: http.StatusForbidden, Headers: map[string]string{"WWW-Authenticate": "Digest stale=true"}}
	limited := func(wait string) sandbox.Answer {
		return sandbox.Answer{Status: http.StatusTooManyRequests, Times: -1, Headers: map[string]string{"Retry-After": wait}}
	}
	cases := map[string]testCase{
		"final":                    {[]sandbox.Answer{{Status: http.StatusForbidden}}, 4, 1, NotRetried},
		"final, with a challenge":  {[]sandbox.Answer{challenged}, 4, 1, NotRetried},
		"final, after another one": {[]sandbox.Answer{once, {Status: http.StatusForbidden}}, 4, 2, NotRetried},
		"without retries":          {[]sandbox.Answer{busy}, 0, 1, NotRetried},
		"again and again":          {[]sandbox.Answer{busy}, 2, 3, RetriesUsedUp},
		"no time for a wait":       {[]sandbox.Answer{once, limited("300")}, 4, 2, NoTimeLeft},
		"an hour, without time":    {[]sandbox.Answer{limited("3600")}, 4, 1, NoTimeLeft},
		"more than an hour":        {[]sandbox.Answer{once, limited("3601")}, 4, 2, WaitTooLong},
	}
	for name, signIn := range map[string]bool{"API": false, "token endpoint": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, cases, func(t *testing.T, c testCase) {
				s := sandbox.New(virtual.Data(3, c.answers...))
				if signIn {
					s = sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(c.answers...))
				}
				start := time.Now()
				_, err := read(t.Context(), connect(t, s, signedInBy(testServiceAccount()), withRetries(c.maxRetries)))
				got, ok := errors.AsType[*StatusError](err)
				if !ok || got.SignIn != signIn {
					t.Fatalf("got %v", err)
				}
				if got.Attempts != c.attempts || got.Took != time.Since(start) || got.Stopped != c.stopped {
					t.Errorf("%d attempts in %s ended with %d", got.Attempts, got.Took, got.Stopped)
				}
			})
		})
	}
}

// The token was revoked, and the request for another one runs out of time.
func TestSignInsThatRunOutOfTimeKeepTheHistoryOfTheRead(t *testing.T) {
	t.Parallel()
	for name, cancels := range map[string]bool{"deadline": false, "canceled": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := sandbox.New(
					virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Status: http.StatusServiceUnavailable}, sandbox.Answer{Revoke: true}),
					sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
				client := connect(t, s, signedInBy(testServiceAccount()))
				if _, err := read(t.Context(), client); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
				defer cancel()
				want := context.DeadlineExceeded
				if cancels {
					want = context.Canceled
					time.AfterFunc(30*time.Second, cancel)
				}
				start := time.Now()
				_, err := read(ctx, client)
				took := time.Since(start)
				time.Sleep(time.Minute) // the fetch continues for other reads
				got, ok := errors.AsType[*NetworkError](err)
				if !ok || !got.SignIn || !errors.Is(got.Ended, want) || got.Attempts != 2 || got.Took != took || got.Waiting {
					t.Fatalf("got %+v after %s", err, took)
				}
				if status, ok := errors.AsType[*StatusError](got.Before); !ok || status.Status != http.StatusServiceUnavailable {
					t.Errorf("before came %v", got.Before)
				}
			})
		})
	}
}

// The other reads use all connections.
func TestReadsThatWaitForAConnectionSaySo(t *testing.T) {
	t.Parallel()
	type testCase struct {
		signIn  Credentials
		answers []sandbox.Answer
		took    time.Duration
	}
	cases := map[string]testCase{
		"for its first attempt": {testToken(), nil, 10 * time.Second},
		"to retry":              {testToken(), []sandbox.Answer{{Status: http.StatusServiceUnavailable}}, 10 * time.Second},
		"to sign in again":      {testServiceAccount(), nil, 10*time.Second - fetchMargin},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, append(c.answers, sandbox.Answer{Break: sandbox.Stall, Times: -1})...),
			sandbox.WithTokenLifetime(11*time.Second))
		client := connect(t, s, withRetries(1), signedInBy(c.signIn))
		readFor := func(limit time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			_, err := list(ctx, client)
			return err
		}
		var last error
		var reads sync.WaitGroup
		if len(c.answers) > 0 {
			reads.Go(func() { last = readFor(10 * time.Second) })
			synctest.Wait()
		}
		for range maxSockets {
			reads.Go(func() { _ = readFor(20 * time.Second) })
		}
		synctest.Wait()
		time.Sleep(2 * time.Second) // ten seconds before the token expires, it is no longer used
		if len(c.answers) == 0 {
			last = readFor(10 * time.Second)
		}
		reads.Wait()
		got, ok := errors.AsType[*NetworkError](last)
		if !ok || !got.Queued || got.Attempts != len(c.answers) || got.Waiting != (len(c.answers) > 0) || got.Took != c.took {
			t.Fatalf("got %+v", last)
		}
		if (got.Before != nil) != got.Waiting {
			t.Errorf("before came %v", got.Before)
		}
	})
}

func TestReadsThatConnectDoNotWaitForAConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := connectBy(t, func(context.Context, string, string) (net.Conn, error) {
			time.Sleep(time.Minute)
			return nil, errors.New("not reached")
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := read(ctx, client)
		if got, ok := errors.AsType[*NetworkError](err); !ok || got.Queued || got.Attempts != 1 {
			t.Errorf("got %+v", err)
		}
		time.Sleep(time.Minute) // net/http continues to connect
	})
}

func TestAnswersAtTheEndOfAReadArrive(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, connectionsURL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	transport := &retryTransport{client: &Client{}, next: roundTripper(func(req *http.Request) (*http.Response, error) {
		cancel()
		return &http.Response{StatusCode: http.StatusOK, Body: inMemory(nil), Request: req}, nil
	})}
	if resp, err := transport.RoundTrip(req); resp == nil || err != nil { //nolint:bodyclose // in memory
		t.Errorf("got %v, %v", resp, err)
	}
}
