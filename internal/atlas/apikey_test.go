package atlas

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestDigestAsksForOneChallenge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(1234))
		client := connect(t, s, signedInBy(testAPIKey()))
		for range 2 {
			if _, err := read(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(s.Requests()); got != 3+3+1 {
			t.Errorf("got %d requests for 6 pages", got)
		}
	})
}

func TestParallelReadsShareTheChallenge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(501), sandbox.WithGateway(sandbox.Answer{Delay: second, Times: -1}))
		start := time.Now()
		if err := errors.Join(readAll(t.Context(), connect(t, s, signedInBy(testAPIKey())), 100)...); err != nil {
			t.Fatal(err)
		}
		if got := len(s.Requests()); got != 200+1 {
			t.Errorf("got %d requests for 200 pages", got)
		}
		if took := time.Since(start); took > 23*time.Second { // one for the challenge, and twenty for ten pages at a time
			t.Errorf("took %s", took)
		}
	})
}

func TestParallelReadsShareTheChallengeOfAServerThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithGateway(sandbox.Answer{Status: 503}))
		if err := errors.Join(readAll(t.Context(), connect(t, s, signedInBy(testAPIKey())), 100)...); err != nil {
			t.Fatal(err)
		}
		if got := len(s.Requests()); got != 100+1+1 {
			t.Errorf("got %d requests for 100 pages", got)
		}
	})
}

func TestStaleNoncesCostOneRequest(t *testing.T) {
	t.Parallel()
	cases := map[string][]sandbox.Answer{
		"between two pages": {{}, {Revoke: true}},
		"at the last page":  {{}, {}, {Revoke: true}},
	}
	virtual.Each(t, cases, func(t *testing.T, answers []sandbox.Answer) {
		s := sandbox.New(virtual.Data(1234, answers...))
		names, err := read(t.Context(), connect(t, s, signedInBy(testAPIKey())))
		if err != nil || len(names) != 1234 {
			t.Fatalf("got %v", err)
		}
		if got := len(s.Requests()); got != 3+1+1 {
			t.Errorf("got %d requests for 3 pages", got)
		}
	})
}

// The nonce of the first signed request can be stale, too: the key is valid, so the request is retried.
func TestStaleNonceOfTheFirstRequestIsReplaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Revoke: true}))
		names, err := read(t.Context(), connect(t, s, signedInBy(testAPIKey())))
		if err != nil || len(names) != 3 {
			t.Fatalf("got %v, %v in %d requests", names, err, len(s.Requests()))
		}
	})
}

func TestRetriesAreSignedAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: 503, Times: 3}), sandbox.WithNonceLifetime(5*time.Second))
		if _, err := read(t.Context(), connect(t, s, signedInBy(testAPIKey()))); err != nil {
			t.Fatal(err)
		}
		for _, r := range s.Requests() {
			if r.Status != 200 && r.Status != 503 && r.Status != 401 {
				t.Errorf("got %+v", r)
			}
		}
	})
}

func TestReadsThatHangHoldUpNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithGateway(sandbox.Answer{Break: sandbox.Stall}))
		client := connect(t, s, signedInBy(testAPIKey()))
		var hanging sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		hanging.Go(func() { _, _ = read(ctx, client) })
		synctest.Wait()
		start := time.Now()
		if _, err := read(t.Context(), client); err != nil || time.Since(start) != challengeWait {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
		cancel()
		hanging.Wait()
	})
}

func TestReadsThatWaitForTheChallengeEndWithTheirContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithGateway(sandbox.Answer{Delay: sandbox.Duration(30 * time.Second)}))
		testWaitEndsWithItsContext(t, connect(t, s, signedInBy(testAPIKey())))
	})
}

func TestWrongKeysAreFinal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3))
		_, err := read(t.Context(), connect(t, s, signedInBy(APIKey{PublicKey: "sbreader", PrivateKey: "00000000-0000-4000-8000-000000000000"})))
		status, ok := errors.AsType[*StatusError](err)
		if !ok || status.Status != http.StatusUnauthorized || status.Detail == "" || len(s.Requests()) != 2 {
			t.Errorf("got %v after %d requests", err, len(s.Requests()))
		}
	})
}
