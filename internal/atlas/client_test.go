package atlas

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestCloseGivesTheTokenBack(t *testing.T) {
	t.Parallel()
	type testCase struct {
		reads   bool
		answer  sandbox.Answer
		revokes int
		takes   time.Duration
	}
	cases := map[string]testCase{
		"a token":             {true, sandbox.Answer{}, 1, 0},
		"no token":            {false, sandbox.Answer{}, 0, 0},
		"endpoint fails":      {true, sandbox.Answer{Status: 503, Times: -1}, 1, 0},
		"endpoint refuses":    {true, sandbox.Answer{Status: 401}, 1, 0},
		"endpoint closes":     {true, sandbox.Answer{Break: sandbox.Close, Times: -1}, 1, 0},
		"endpoint hangs":      {true, sandbox.Answer{Break: sandbox.Stall, Times: -1}, 1, time.Second},
		"endpoint asks later": {true, sandbox.Answer{Status: 429, Headers: map[string]string{"Retry-After": "0"}, Times: -1}, 1, 0},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3), sandbox.WithRevokeAnswers(c.answer))
		client := connect(t, s, signedInBy(testServiceAccount()))
		if c.reads {
			if _, err := read(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		client.Close(context.Background())
		client.Close(context.Background()) // has nothing left to do
		if took, revokes := time.Since(start), acctest.Count(s, sandbox.EndpointRevoke); took != c.takes || revokes != c.revokes {
			t.Errorf("took %s and %d requests", took, revokes)
		}
	})
}

func TestExpiredTokensAreNotRevoked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenLifetime(time.Minute))
		client := connect(t, s, signedInBy(testServiceAccount()))
		for range 2 {
			if _, err := read(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		client.Close(t.Context())
		if tokens, revoked := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointRevoke); tokens != 2 || revoked != 0 {
			t.Errorf("revoked %d of %d tokens", revoked, tokens)
		}
	})
}

func TestReplacedTokensAreRevokedWithoutDelay(t *testing.T) {
	t.Parallel()
	type testCase struct {
		revocation sandbox.Answer // of the replaced token
		takes      time.Duration  // until the client is closed
	}
	cases := map[string]testCase{
		"slow":  {sandbox.Answer{Delay: second / 2}, time.Second / 2},
		"hangs": {sandbox.Answer{Break: sandbox.Stall}, time.Second},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Revoke: true}), sandbox.WithRevokeAnswers(c.revocation))
		client := connect(t, s, signedInBy(testServiceAccount()))
		if _, err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		start := time.Now()
		err := errors.Join(readAll(t.Context(), client, 5)...)
		if took := time.Since(start); err != nil || took != 0 {
			t.Errorf("got %v after %s", err, took)
		}
		synctest.Wait()
		client.Close(t.Context())
		if took, revoked := time.Since(start), acctest.Count(s, sandbox.EndpointRevoke); took != c.takes || revoked != 2 {
			t.Errorf("took %s and revoked %d tokens", took, revoked)
		}
	})
}

func TestCloseRevokesTheTokenAtAtlas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3))
		var token, sent string
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if auth := r.Header.Get("Authorization"); r.Method == http.MethodGet {
				token = auth[len("Bearer "):]
			}
			body, _ := io.ReadAll(r.Body)
			sent = string(body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			s.ServeHTTP(w, r)
		}), signedInBy(testServiceAccount()))
		if _, err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		client.Close(t.Context())
		if sent != "token="+token+"&token_type_hint=access_token" {
			t.Errorf("got %q", sent)
		}
		_, err := read(t.Context(), connect(t, s, signedInBy(Credential{Kind: AccessToken, Secret: token})))
		if failure, ok := errors.AsType[*Error](err); !ok || failure.Status != http.StatusUnauthorized {
			t.Errorf("the token still works: %v", err)
		}
	})
}

func TestCloseOfOtherSignInsSendsNothing(t *testing.T) {
	t.Parallel()
	cases := map[string]Credential{"access token": testToken(), "API key": testAPIKey()}
	virtual.Each(t, cases, func(t *testing.T, c Credential) {
		s := sandbox.New(virtual.Data(3))
		client := connect(t, s, signedInBy(c))
		if _, err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		before := len(s.Requests())
		client.Close(t.Context())
		if got := len(s.Requests()) - before; got != 0 {
			t.Errorf("got %d requests", got)
		}
	})
}

func TestCloseRevokesATokenThatIsBeingFetched(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Delay: second / 2}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		ctx, cancel := context.WithCancel(t.Context())
		var reads sync.WaitGroup
		reads.Go(func() { _ = readAll(ctx, client, 10) })
		synctest.Wait()
		cancel()
		client.Close(t.Context())
		reads.Wait()
		for _, err := range readAll(t.Context(), client, 10) {
			if failure, ok := errors.AsType[*Error](err); !ok || failure.Kind != Ended || !errors.Is(err, context.Canceled) {
				t.Errorf("a read of a closed client got %v", err)
			}
		}
		client.Close(t.Context())
		tokens, revoked := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointRevoke)
		if tokens != 1 || revoked != 1 {
			t.Errorf("revoked %d of %d tokens", revoked, tokens)
		}
	})
}

func TestCloseDoesNotWaitForASignInThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Break: sandbox.Stall}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		var reads sync.WaitGroup
		reads.Go(func() { _ = readAll(t.Context(), client, 10) })
		synctest.Wait()
		start := time.Now()
		client.Close(t.Context())
		if took := time.Since(start); took != closeTimeout {
			t.Errorf("took %s", took)
		}
		reads.Wait()
	})
}

// The wait before the next attempt ends while Close waits for the sign-in, at a random moment: 1 to 3 s after the first attempt.
func TestSignInsMakeNoAttemptAfterClose(t *testing.T) {
	t.Parallel()
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Status: http.StatusServiceUnavailable, Times: -1}))
			client := connect(t, s, signedInBy(testServiceAccount()))
			var reads sync.WaitGroup
			reads.Go(func() { _, _ = read(t.Context(), client) })
			time.Sleep(time.Second - time.Millisecond)
			client.Close(t.Context())
			reads.Wait()
			if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 1 {
				t.Errorf("got %d token requests", tokens)
			}
		})
	}
}

func TestReadsThatGoOnWhileTheClientClosesEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Delay: second, Times: -1}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		var reads sync.WaitGroup
		reads.Go(func() { _ = readAll(t.Context(), client, 4) })
		synctest.Wait()
		for range 4 { // a connection is left for the revocation
			reads.Go(func() { _, _ = read(t.Context(), client) })
			reads.Go(func() { client.Close(t.Context()) })
		}
		reads.Wait()
		client.Close(t.Context())
		if tokens, revoked := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointRevoke); tokens != 1 || revoked != 1 {
			t.Errorf("revoked %d of %d tokens", revoked, tokens)
		}
	})
}

// Terraform kills a provider two seconds after it asked it to stop.
func TestCloseEndsEverythingWithinASecondInAll(t *testing.T) {
	t.Parallel()
	type testCase struct {
		signIn         Credential
		before         bool // whether a read succeeds first, a minute before
		pages          []sandbox.Answer
		tokens, revoke []sandbox.Answer
		took           time.Duration
	}
	stalls, slow := sandbox.Answer{Break: sandbox.Stall, Times: -1}, sandbox.Answer{Delay: 9 * second / 10, Times: -1}
	waits := sandbox.Answer{Status: http.StatusServiceUnavailable, Headers: map[string]string{"Retry-After": "100"}, Times: -1}
	hanging, account := []sandbox.Answer{stalls}, testServiceAccount()
	cases := map[string]testCase{
		"a fetch that hangs":                 {account, false, nil, hanging, nil, time.Second},
		"a slow fetch":                       {account, false, nil, []sandbox.Answer{slow}, nil, 900 * time.Millisecond},
		"a slow fetch, revocation hangs":     {account, false, nil, []sandbox.Answer{slow}, hanging, time.Second},
		"a fetch that waits":                 {account, false, nil, []sandbox.Answer{waits}, nil, time.Second},
		"reads that hang":                    {account, true, []sandbox.Answer{{}, stalls}, nil, nil, 0},
		"reads that wait":                    {account, true, []sandbox.Answer{{}, waits}, nil, nil, 0},
		"reads that hang, revocation hangs":  {account, true, []sandbox.Answer{{}, stalls}, nil, hanging, time.Second},
		"a new token, both revocations hang": {account, true, []sandbox.Answer{{}, {Revoke: true}, stalls}, nil, hanging, time.Second},
		"a fetch for another token hangs": {
			account, true, []sandbox.Answer{{}, {Revoke: true}}, []sandbox.Answer{{}, stalls}, hanging, time.Second,
		},
		"reads that hang, with an API key":    {testAPIKey(), true, []sandbox.Answer{{}, stalls}, nil, nil, 0},
		"reads that wait, by an access token": {testToken(), false, []sandbox.Answer{waits}, nil, nil, 0},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, c.pages...), sandbox.WithTokenAnswers(c.tokens...), sandbox.WithRevokeAnswers(c.revoke...))
		connections := &counted{}
		client := connectBy(t, connections.dial(virtual.Serve(t, s)), signedInBy(c.signIn))
		if c.before {
			if _, err := read(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		var reads sync.WaitGroup
		var start time.Time
		for range maxSlots + 2 {
			reads.Go(func() {
				_, err := read(t.Context(), client)
				if failure, ok := errors.AsType[*Error](err); !ok || failure.Kind != Ended || !errors.Is(err, context.Canceled) {
					t.Errorf("a read got %+v", err)
				}
				if took := time.Since(start); took != 0 {
					t.Errorf("a read ended after %s", took)
				}
			})
		}
		time.Sleep(time.Millisecond) // the reads have connected
		start = time.Now()
		client.Close(t.Context())
		if took := time.Since(start); took > time.Second || took.Round(10*time.Millisecond) != c.took {
			t.Errorf("took %s", took)
		}
		reads.Wait()
		synctest.Wait()
		if open, _ := connections.now(); open != 0 {
			t.Errorf("%d connections are left", open)
		}
		requests := len(s.Requests())
		time.Sleep(time.Hour)
		if got := len(s.Requests()) - requests; got != 0 {
			t.Errorf("%d requests came later", got)
		}
	})
}

func TestClosedClientsStayClosed(t *testing.T) {
	t.Parallel()
	virtual.Each(t, everySignIn(), func(t *testing.T, c Credential) {
		s := sandbox.New(virtual.Data(3))
		client := connect(t, s, signedInBy(c))
		client.Close(t.Context())
		for _, err := range readAll(t.Context(), client, 3) {
			if failure, ok := errors.AsType[*Error](err); !ok || failure.Kind != Ended || !errors.Is(err, context.Canceled) {
				t.Errorf("got %+v", err)
			}
		}
		if got := len(s.Requests()); got != 0 {
			t.Errorf("got %d requests", got)
		}
	})
}

// A fetch that is refused while the client closes does not change why later reads fail.
func TestRefusalsDuringCloseDoNotReplaceIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Status: http.StatusUnauthorized, Delay: second / 2}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		var reads sync.WaitGroup
		reads.Go(func() { _ = readAll(t.Context(), client, 2) })
		synctest.Wait()
		client.Close(t.Context())
		reads.Wait()
		_, err := read(t.Context(), client)
		if failure, ok := errors.AsType[*Error](err); !ok || failure.Kind != Ended {
			t.Errorf("got %+v", err)
		}
	})
}
