package atlas

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestHangingTokenEndpointsDoNotOutliveTheRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Break: sandbox.Stall, Times: -1}))
		client := connect(t, s, signedInBy(testServiceAccount()), withRetries(100))
		start := time.Now()
		for _, err := range readAll(t.Context(), client, 3) {
			if err == nil {
				t.Error("a read got no error")
			}
		}
		if took := time.Since(start); took > virtual.ReadTimeout {
			t.Errorf("took %s", took)
		}
	})
}

func TestReadsThatWaitForATokenOutliveTheOneThatFetches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Delay: 30 * second}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		leader, cancel := context.WithCancel(t.Context())
		start := time.Now()
		var reads sync.WaitGroup
		reads.Go(func() {
			if _, err := read(leader, client); !errors.Is(err, context.Canceled) || time.Since(start) != 0 {
				t.Errorf("the first read got %v after %s", err, time.Since(start))
			}
		})
		synctest.Wait()
		reads.Go(func() {
			if err := errors.Join(readAll(t.Context(), client, 10)...); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		cancel()
		reads.Wait()
		if tokens, took := acctest.Count(s, sandbox.EndpointToken), time.Since(start); tokens != 1 || took != 30*time.Second {
			t.Errorf("got %d token requests in %s", tokens, took)
		}
	})
}

func TestReadsWithMoreTimeOutliveTheOneThatFetches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Break: sandbox.Stall}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		var reads sync.WaitGroup
		for _, timeout := range []time.Duration{10 * time.Second, virtual.ReadTimeout} {
			reads.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), timeout)
				defer cancel()
				_, err := read(ctx, client)
				network, ended := errors.AsType[*NetworkError](err)
				if ended != (timeout < virtual.ReadTimeout) || ended && !errors.Is(network.Ended, context.DeadlineExceeded) {
					t.Errorf("a read of %s got %v", timeout, err)
				}
			})
			synctest.Wait()
		}
		reads.Wait()
		if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 2 {
			t.Errorf("got %d token requests", tokens)
		}
	})
}

func TestReadsWithAsLittleTimeShareTheFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answer := sandbox.Answer{Times: -1, Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "86400"}, Delay: second}
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(answer))
		ctx, cancel := context.WithTimeout(t.Context(), virtual.ReadTimeout)
		defer cancel()
		for _, err := range readAll(ctx, connect(t, s, signedInBy(testServiceAccount())), 100) {
			if status, ok := errors.AsType[*StatusError](err); !ok || status.Status != http.StatusTooManyRequests {
				t.Errorf("got %v", err)
			}
		}
		if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 1 {
			t.Errorf("got %d token requests", tokens)
		}
	})
}

func TestReadsThatWaitForATokenEndWithTheirContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Delay: sandbox.Duration(30 * time.Second)}))
		testWaitEndsWithItsContext(t, connect(t, s, signedInBy(testServiceAccount())))
	})
}

// testWaitEndsWithItsContext checks that a read that waits for another one ends at its own deadline.
func testWaitEndsWithItsContext(t *testing.T, client *Client) {
	t.Helper()
	var reads sync.WaitGroup
	reads.Go(func() {
		if _, err := read(t.Context(), client); err != nil {
			t.Errorf("the first read got %v", err)
		}
	})
	synctest.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	start := time.Now()
	_, err := read(ctx, client)
	network, ok := errors.AsType[*NetworkError](err)
	if !ok || !errors.Is(network.Ended, context.DeadlineExceeded) || network.Queued || time.Since(start) != time.Second {
		t.Errorf("got %+v after %s", err, time.Since(start))
	}
	reads.Wait()
}
