package atlas

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestReadsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	answers := map[string]sandbox.Answer{
		"no answer":      {Break: sandbox.Stall, Times: -1},
		"half an answer": {Break: sandbox.StallInBody, Times: -1},
		"in a wait":      {Status: 503, Headers: map[string]string{"Retry-After": "100"}, Times: -1},
	}
	virtual.Each(t, answers, func(t *testing.T, answer sandbox.Answer) {
		s := sandbox.New(virtual.Data(3, answer))
		client := connect(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		start := time.Now()
		_, err := read(ctx, client)
		if took := time.Since(start); !errors.Is(err, context.Canceled) || took != 5*time.Second {
			t.Errorf("got %v after %s", err, took)
		}
		if got := len(s.Requests()); got != 1 {
			t.Errorf("got %d requests", got)
		}
	})
}

func TestReadsThatHaveEndedSendNothing(t *testing.T) {
	t.Parallel()
	virtual.Each(t, everySignIn(), func(t *testing.T, c Credentials) {
		s := sandbox.New(virtual.Data(3))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := read(ctx, connect(t, s, signedInBy(c)))
		if network, ok := errors.AsType[*NetworkError](err); !ok || !errors.Is(network.Ended, context.Canceled) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if got := len(s.Requests()); got != 0 {
			t.Errorf("got %d requests", got)
		}
	})
}

// If a read is canceled, it fails as if it could not connect, or as if the server had closed the connection.
func TestCancelledReadsDoNotWait(t *testing.T) {
	t.Parallel()
	virtual.Each(t, map[string]bool{"while it connects": false, "after it has connected": true}, func(t *testing.T, connects bool) {
		silent := virtual.Serve(t, sandbox.New(virtual.Data(3, sandbox.Answer{Break: sandbox.Stall, Times: -1})))
		client := connectBy(t, func(ctx context.Context, network, address string) (net.Conn, error) {
			if connects {
				return silent(ctx, network, address)
			}
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
		})
		var log bytes.Buffer
		ctx, cancel := context.WithTimeout(tflogtest.RootLogger(t.Context(), &log), time.Second)
		defer cancel()
		_, err := list(ctx, client)
		cancel()
		ctx, cancel = context.WithCancel(tflogtest.RootLogger(t.Context(), &log))
		time.AfterFunc(time.Second, cancel)
		_, again := list(ctx, client)
		if err == nil || again == nil || strings.Contains(log.String(), "warn") {
			t.Errorf("got %v, then %v, and the log %s", err, again, log.String())
		}
	})
}

func TestReadsEndWithTheirDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
		start := time.Now()
		_, err := read(t.Context(), connect(t, s, withRetries(100)))
		if took := time.Since(start); err == nil || took > virtual.ReadTimeout || took < virtual.ReadTimeout-30*time.Second {
			t.Errorf("got %v after %s", err, took)
		}
		if got := len(s.Requests()); got < 4 || got > 5 {
			t.Errorf("got %d requests, of a minute each", got)
		}
	})
}

func TestReadsThatEndSayWhatCameBefore(t *testing.T) {
	t.Parallel()
	type testCase struct {
		answers []sandbox.Answer
		after   time.Duration // until the read is canceled
		want    string

		attempts int
		waiting  bool
	}
	stalls := sandbox.Answer{Break: sandbox.Stall, Times: -1}
	limited := sandbox.Answer{Status: 429, Detail: "Wait.", Headers: map[string]string{"Retry-After": "60"}}
	cases := map[string]testCase{
		"answers, then none": {
			[]sandbox.Answer{{Status: 500}, {Status: 503, Times: 2, Detail: "Busy."}, stalls}, 50 * time.Second,
			"503 Service Unavailable: UNEXPECTED_ERROR: Busy.", 4, false,
		},
		"breaks, then no answer": {[]sandbox.Answer{{Break: sandbox.Close}, stalls}, 50 * time.Second, "EOF", 2, false},
		"in a wait":              {[]sandbox.Answer{limited}, time.Second, "429 Too Many Requests: RATE_LIMITED_TOKEN_BUCKET: Wait.", 1, true},
		"nothing":                {[]sandbox.Answer{stalls}, time.Second, "", 1, false},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(c.after, cancel)
		_, err := read(ctx, connect(t, sandbox.New(virtual.Data(3, c.answers...)), withRetries(6)))
		got, ok := errors.AsType[*NetworkError](err)
		if !ok {
			t.Fatalf("got %v", err)
		}
		before := ""
		if got.Before != nil {
			before = got.Before.Error()
		}
		if before != c.want {
			t.Errorf("before %v came %q, want %q", err, before, c.want)
		}
		if !errors.Is(got.Ended, context.Canceled) || got.Took != c.after || got.Attempts != c.attempts || got.Waiting != c.waiting {
			t.Errorf("%d attempts in %s ended with %v, waiting is %t", got.Attempts, got.Took, got.Ended, got.Waiting)
		}
	})
}

func TestReadsThatRunOutOfTimeSayWhatTheyTried(t *testing.T) {
	t.Parallel()
	answers := []sandbox.Answer{{Status: 500}, {Status: 503, Delay: sandbox.Duration(time.Second)}, {Break: sandbox.Stall, Times: -1}}
	type testCase struct {
		credentials Credentials
		sandbox     func() *sandbox.Sandbox
		signIn      bool
		took        time.Duration
	}
	ofAPI := func() *sandbox.Sandbox { return sandbox.New(virtual.Data(3, answers...)) }
	ofTokens := func() *sandbox.Sandbox { return sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(answers...)) }
	const limit = 50 * time.Second
	cases := map[string]testCase{
		"access token":    {testToken(), ofAPI, false, limit},
		"API key":         {testAPIKey(), ofAPI, false, limit},
		"service account": {testServiceAccount(), ofAPI, false, limit},
		"token endpoint":  {testServiceAccount(), ofTokens, true, limit - fetchMargin},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		_, err := read(ctx, connect(t, c.sandbox(), signedInBy(c.credentials)))
		got, ok := errors.AsType[*NetworkError](err)
		if !ok || !errors.Is(got.Ended, context.DeadlineExceeded) || got.Attempts != 3 || got.Took != c.took || got.SignIn != c.signIn {
			t.Fatalf("got %+v", err)
		}
		if status, ok := errors.AsType[*StatusError](got.Before); !ok || status.Status != 503 || !status.IsAtlas() {
			t.Errorf("before came %v", got.Before)
		}
	})
}

func TestFailuresSayHowOftenTheyWereTried(t *testing.T) {
	t.Parallel()
	closes := sandbox.Answer{Break: sandbox.Close, Times: -1}
	type testCase struct {
		api, tokens []sandbox.Answer
		before      time.Duration // that the read takes until its first failure
		signIn      bool
	}
	cases := map[string]testCase{
		"API":            {[]sandbox.Answer{closes}, nil, 0, false},
		"token endpoint": {nil, []sandbox.Answer{closes}, 0, true},
		"token endpoint, for another token": {
			[]sandbox.Answer{{Times: 3}, {Delay: 10 * second, Revoke: true}}, []sandbox.Answer{{}, closes}, 10 * time.Second, true,
		},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(1234, c.api...), sandbox.WithTokenAnswers(c.tokens...))
		client := connect(t, s, signedInBy(testServiceAccount()))
		if len(c.tokens) == 2 {
			if _, err := read(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		start := time.Now()
		_, err := read(t.Context(), client)
		took := time.Since(start) - c.before
		got, ok := errors.AsType[*NetworkError](err)
		if !ok || got.Attempts != 5 || got.Took != took || got.Ended != nil || got.Before == nil || got.Proxy || got.SignIn != c.signIn {
			t.Errorf("got %+v after %s", err, took)
		}
	})
}
