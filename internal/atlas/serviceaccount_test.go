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

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const second = sandbox.Duration(time.Second)

// readAll starts n reads in parallel and returns their errors.
func readAll(ctx context.Context, client *Client, n int) []error {
	errs := make([]error, n)
	var reads sync.WaitGroup
	for i := range n {
		reads.Go(func() { _, errs[i] = read(ctx, client) })
	}
	reads.Wait()
	return errs
}

func TestTokenIsFetchedOnceAndByTheFirstRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(501))
		client := connect(t, s, signedInBy(testServiceAccount()))
		if got := len(s.Requests()); got != 0 {
			t.Fatalf("%d requests came before the first read", got)
		}
		if err := errors.Join(readAll(t.Context(), client, 100)...); err != nil {
			t.Fatal(err)
		}
		if tokens, pages := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointConnections); tokens != 1 || pages != 200 {
			t.Errorf("got %d token requests and %d pages", tokens, pages)
		}
	})
}

// One read retries a transient failure of the token endpoint, and all reads share the result.
func TestTokenEndpointIsRetriedByOneRead(t *testing.T) {
	t.Parallel()
	type testCase struct {
		answer        sandbox.Answer
		tokens, pages int
		least         time.Duration
	}
	cases := map[string]testCase{
		"429":                       {sandbox.Answer{Status: 429, Headers: map[string]string{"Retry-After": "20"}}, 2, 100, 20 * time.Second},
		"500":                       {sandbox.Answer{Status: 500}, 2, 100, time.Second},
		"503, as often as allowed":  {sandbox.Answer{Status: 503, Times: 4}, 5, 100, 4 * time.Second},
		"503, once too often":       {sandbox.Answer{Status: 503, Times: 5}, 5, 0, 4 * time.Second},
		"cut":                       {sandbox.Answer{Break: sandbox.CloseInBody}, 2, 100, time.Second},
		"closes, as often as tried": {sandbox.Answer{Break: sandbox.Close, Times: 5}, 5, 0, 4 * time.Second},
		"hangs once":                {sandbox.Answer{Break: sandbox.Stall}, 2, 100, attemptTimeout},
		"asks to wait for too long": {sandbox.Answer{Status: 429, Headers: map[string]string{"Retry-After": "86400"}}, 1, 0, 0},
		"invalid_client":            {sandbox.Answer{Status: 401, Times: -1}, 1, 0, 0},
		"invalid_request":           {sandbox.Answer{Status: 400, Times: -1}, 1, 0, 0},
		"403":                       {sandbox.Answer{Status: 403, Times: -1}, 1, 0, 0},
		"no token":                  {sandbox.Answer{Body: new("{}")}, 1, 0, 0},
		"no JSON":                   {sandbox.Answer{Body: new("<html>")}, 1, 0, 0},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		c.answer.Delay = sandbox.Duration(time.Second) // all reads wait when it arrives
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(c.answer))
		client := connect(t, s, signedInBy(testServiceAccount()))
		start := time.Now()
		for i, err := range readAll(t.Context(), client, 100) {
			if (err == nil) != (c.pages > 0) || err != nil && !isOwn(err) {
				t.Fatalf("read %d got %v", i, err)
			}
			if status, ok := errors.AsType[*StatusError](err); ok && !status.SignIn {
				t.Fatalf("read %d does not say that signing in failed: %v", i, err)
			}
		}
		if took := time.Since(start); took < c.least || c.least == 0 && took > time.Second {
			t.Errorf("took %s", took)
		}
		tokens, pages := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointConnections)
		if tokens != c.tokens || pages != c.pages {
			t.Errorf("got %d token requests and %d pages", tokens, pages)
		}
	})
}

func TestRefusedServiceAccountsAskNoSecondTime(t *testing.T) {
	t.Parallel()
	type testCase struct {
		account  ServiceAccount
		tokens   []sandbox.Answer
		status   int
		code     string
		requests int
	}
	cases := map[string]testCase{
		"unknown":       {ServiceAccount{ClientID: "none", ClientSecret: "none"}, nil, 401, "invalid_client", 1},
		"unacceptable":  {testServiceAccount(), []sandbox.Answer{{Status: 400, Times: -1}}, 400, "invalid_request", 1},
		"deleted later": {testServiceAccount(), []sandbox.Answer{{}, {Status: 401, Times: -1}}, 401, "invalid_client", 4},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Revoke: true}), sandbox.WithTokenAnswers(c.tokens...))
		client := connect(t, s, signedInBy(c.account))
		if len(c.tokens) == 2 {
			if _, err := read(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		for range 3 {
			_, err := read(t.Context(), client)
			status, ok := errors.AsType[*StatusError](err)
			if !ok || !status.SignIn || status.Status != c.status || status.Code != c.code || status.Detail == "" || status.IsTokenLimit() {
				t.Fatalf("got %v", err)
			}
			time.Sleep(time.Minute)
		}
		if got := len(s.Requests()); got != c.requests {
			t.Errorf("got %d requests", got)
		}
	})
}

func TestTokenLimitsAreTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{
			Times: -1, Status: http.StatusForbidden, ErrorCode: "access_denied",
			Detail: "Access Token limit reached. Please use the existing Access Tokens or create a new Service Account.",
		}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		for range 3 {
			_, err := read(t.Context(), client)
			if status, ok := errors.AsType[*StatusError](err); !ok || !status.IsTokenLimit() || !status.SignIn {
				t.Errorf("got %v", err)
			}
		}
		if got := len(s.Requests()); got != 1 {
			t.Errorf("got %d requests", got)
		}
	})
}

func TestFailuresToSignInThatMayPassAreForgotten(t *testing.T) {
	t.Parallel()
	code := new(`{"errorCode":"MULTIPLE_CHOICES"}`)
	cases := map[string]sandbox.Answer{"300": {Status: 300, Body: code}, "408": {Status: 408}, "501": {Status: 501}, "503": {Status: 503}}
	virtual.Each(t, cases, func(t *testing.T, answer sandbox.Answer) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(answer))
		client := connect(t, s, signedInBy(testServiceAccount()), withRetries(0))
		_, first := read(t.Context(), client)
		_, second := read(t.Context(), client)
		if first == nil || second != nil {
			t.Errorf("got %v, then %v", first, second)
		}
	})
}

// A proxy between the provider and Atlas may answer in place of the token endpoint.
func TestAnswersOfOthersAreNoRefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answer := sandbox.Answer{Status: http.StatusForbidden, Body: new("<title>Stop</title>")}
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(answer))
		client := connect(t, s, signedInBy(testServiceAccount()))
		_, first := read(t.Context(), client)
		_, second := read(t.Context(), client)
		if status, ok := errors.AsType[*StatusError](first); !ok || status.IsAtlas() || second != nil {
			t.Errorf("got %v, then %v", first, second)
		}
	})
}

func TestTokenRequestsAreSentWholeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Status: 503, Times: 2}))
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				body, _ := io.ReadAll(r.Body)
				bodies = append(bodies, string(body))
				r.Body = io.NopCloser(bytes.NewReader(body))
			}
			s.ServeHTTP(w, r)
		}), signedInBy(testServiceAccount()))
		if _, err := read(tflogtest.RootLogger(t.Context(), io.Discard), client); err != nil {
			t.Fatal(err)
		}
		const want = "grant_type=client_credentials"
		if len(bodies) != 3 || bodies[0] != want || bodies[1] != want || bodies[2] != want {
			t.Errorf("got %q", bodies)
		}
	})
}
