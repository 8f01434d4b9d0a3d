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
		_, err := read(t.Context(), connect(t, s, signedInBy(AccessToken(token))))
		if status, ok := errors.AsType[*Error](err); !ok || status.Status != http.StatusUnauthorized {
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
			network, ok := errors.AsType[*Error](err)
			if !ok || !network.SignIn || network.Error() != "the client is closed" || !errors.Is(network.Ended, context.Canceled) {
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
		if took := time.Since(start); took != revokeTimeout {
			t.Errorf("took %s", took)
		}
		reads.Wait()
	})
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
