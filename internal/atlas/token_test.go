package atlas

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

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
				failure, ended := errors.AsType[*Error](err)
				if ended != (timeout < virtual.ReadTimeout) || ended && (failure.Kind != Ended || !errors.Is(err, context.DeadlineExceeded)) {
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
			if failure, ok := errors.AsType[*Error](err); !ok || failure.Status != http.StatusTooManyRequests {
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
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Delay: 30 * second}))
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
	failure, ok := errors.AsType[*Error](err)
	if !ok || !errors.Is(err, context.DeadlineExceeded) || failure.Phase != SigningIn || time.Since(start) != time.Second {
		t.Errorf("got %+v after %s", err, time.Since(start))
	}
	reads.Wait()
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
		c.answer.Delay = second // all reads wait when it arrives
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(c.answer))
		client := connect(t, s, signedInBy(testServiceAccount()))
		start := time.Now()
		for i, err := range readAll(t.Context(), client, 100) {
			failure, ok := errors.AsType[*Error](err)
			if (err == nil) != (c.pages > 0) || err != nil && !ok {
				t.Fatalf("read %d got %v", i, err)
			}
			if ok && !failure.SignIn {
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

// oauthError returns the answer of the token endpoint with an error of OAuth, or of the API.
func oauthError(status int, code string) sandbox.Answer {
	return sandbox.Answer{Times: -1, Status: status, ErrorCode: code, Detail: "Why."}
}

func apiError(status int, code string) sandbox.Answer {
	body := fmt.Sprintf(`{"error":%d,"errorCode":%q,"detail":"Why."}`, status, code)
	return sandbox.Answer{Times: -1, Status: status, Body: &body}
}

// tokenLimit is the answer of Atlas to an account that has as many tokens as it may have.
var tokenLimit = sandbox.Answer{
	Times: -1, Status: http.StatusForbidden, ErrorCode: "access_denied",
	Detail: "Access Token limit reached. Please use the existing Access Tokens or create a new Service Account.",
}

// Only two codes say that the service account itself is refused.
func TestOnlyRefusedServiceAccountsAskNoSecondTime(t *testing.T) {
	t.Parallel()
	type testCase struct {
		answer sandbox.Answer
		code   string
		tokens int // requests of three reads
	}
	cases := map[string]testCase{
		"invalid_client":           {oauthError(401, "invalid_client"), "invalid_client", 1},
		"invalid_client, as a 400": {oauthError(400, "invalid_client"), "invalid_client", 1},
		"unauthorized_client":      {oauthError(400, "unauthorized_client"), "unauthorized_client", 1},
		"invalid_request":          {oauthError(400, "invalid_request"), "invalid_request", 3},
		"invalid_grant":            {oauthError(400, "invalid_grant"), "invalid_grant", 3},
		"unsupported_grant_type":   {oauthError(400, "unsupported_grant_type"), "unsupported_grant_type", 3},
		"invalid_scope":            {oauthError(400, "invalid_scope"), "invalid_scope", 3},
		"access_denied":            {oauthError(403, "access_denied"), "access_denied", 3},
		"token limit":              {tokenLimit, "access_denied", 3},
		"another code of OAuth":    {oauthError(400, "made_up"), "", 3},
		"not on the access list":   {apiError(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST"), "IP_ADDRESS_NOT_ON_ACCESS_LIST", 3},
		"no such endpoint":         {apiError(404, "RESOURCE_NOT_FOUND"), "RESOURCE_NOT_FOUND", 3},
		"conflict":                 {apiError(409, "CONFLICT"), "CONFLICT", 3},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(c.answer))
		client := connect(t, s, signedInBy(testServiceAccount()))
		start := time.Now()
		for range 3 {
			_, err := read(t.Context(), client)
			failure, ok := errors.AsType[*Error](err)
			if !ok || failure.Kind != Refused || !failure.SignIn || failure.Status != c.answer.Status || failure.Code != c.code {
				t.Fatalf("got %+v", err)
			}
			if failure.IsTokenLimit() != (c.answer.Detail == tokenLimit.Detail) || failure.Passing || failure.Stopped != NotRetried {
				t.Fatalf("got %+v", failure)
			}
		}
		if got := len(s.Requests()); got != c.tokens || time.Since(start) != 0 {
			t.Errorf("got %d requests in %s", got, time.Since(start))
		}
	})
}

func TestReadsAfterARefusedSignInStartAnew(t *testing.T) {
	t.Parallel()
	cases := map[string]sandbox.Answer{
		"invalid_request": oauthError(400, "invalid_request"), "token limit": tokenLimit, "access_denied": oauthError(403, "access_denied"),
		"not on the access list": apiError(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST"),
	}
	virtual.Each(t, cases, func(t *testing.T, answer sandbox.Answer) {
		answer.Times = 1
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(answer))
		client := connect(t, s, signedInBy(testServiceAccount()))
		_, first := read(t.Context(), client)
		_, second := read(t.Context(), client)
		if first == nil || second != nil {
			t.Errorf("got %v, then %v", first, second)
		}
	})
}

func TestSignInsThatAreUnavailableForAMomentAreRetried(t *testing.T) {
	t.Parallel()
	cases := map[string]sandbox.Answer{
		"temporarily_unavailable, as a 400": oauthError(400, "temporarily_unavailable"),
		"temporarily_unavailable, as a 403": oauthError(403, "temporarily_unavailable"),
		"temporarily_unavailable, as a 503": oauthError(503, "temporarily_unavailable"),
		"temporarily_unavailable, as a 200": {Body: new(`{"error":"temporarily_unavailable"}`)},
		"server_error, as a 500":            oauthError(500, "server_error"),
	}
	virtual.Each(t, cases, func(t *testing.T, answer sandbox.Answer) {
		answer.Times = 2
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(answer))
		_, err := read(t.Context(), connect(t, s, signedInBy(testServiceAccount())))
		if tokens := acctest.Count(s, sandbox.EndpointToken); err != nil || tokens != 3 {
			t.Errorf("got %v after %d token requests", err, tokens)
		}
	})
}

func TestUnknownServiceAccountsAreTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3))
		client := connect(t, s, signedInBy(Credential{Kind: ServiceAccount, ID: "none", Secret: "none"}))
		for range 3 {
			_, err := read(t.Context(), client)
			failure, ok := errors.AsType[*Error](err)
			if !ok || !failure.SignIn || failure.Status != http.StatusUnauthorized || failure.Code != "invalid_client" || failure.Detail == "" {
				t.Fatalf("got %+v", err)
			}
			time.Sleep(time.Minute)
		}
		if got := len(s.Requests()); got != 1 {
			t.Errorf("got %d requests", got)
		}
	})
}

// noOtherToken are answers of the token endpoint while an account has a token.
func noOtherToken() map[string]sandbox.Answer {
	return map[string]sandbox.Answer{
		"token limit":            tokenLimit,
		"not on the access list": apiError(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST"),
		"rate limit": {Times: -1, Status: http.StatusTooManyRequests, ErrorCode: "RATE_LIMITED",
			Headers: map[string]string{"Retry-After": "3600"}},
		"unavailable":     {Times: -1, Status: http.StatusServiceUnavailable},
		"refused account": oauthError(401, "invalid_client"),
		"no token":        {Times: -1, Body: new("{}")},
		"a web page":      {Times: -1, Body: new("<title>Stop</title>"), Headers: map[string]string{"Content-Type": "text/html"}},
		"closes":          {Times: -1, Break: sandbox.Close},
	}
}

// Atlas refuses a valid token for a moment now and then, with the same answer as one that is revoked.
func TestOldTokensAreUsedIfThereIsNoOther(t *testing.T) {
	t.Parallel()
	virtual.Each(t, noOtherToken(), func(t *testing.T, answer sandbox.Answer) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Status: http.StatusUnauthorized, Times: maxSlots, Delay: second}),
			sandbox.WithTokenAnswers(sandbox.Answer{}, answer))
		client := connect(t, s, signedInBy(testServiceAccount()), withRetries(0))
		readAMinuteAgo(t, client)
		start := time.Now()
		if err := errors.Join(readAll(t.Context(), client, maxSlots)...); err != nil { // each is refused once
			t.Error(err)
		}
		tokens := acctest.Count(s, sandbox.EndpointToken)
		if tokens < 2 || tokens > 1+maxSlots || time.Since(start) != time.Second {
			t.Errorf("got %d token requests in %s", tokens, time.Since(start))
		}
		for range 10 {
			time.Sleep(time.Minute)
			if _, err := read(t.Context(), client); err != nil {
				t.Errorf("a later read got %v", err)
			}
		}
		if later := acctest.Count(s, sandbox.EndpointToken); later != tokens {
			t.Errorf("later reads sent %d token requests", later-tokens)
		}
	})
}

func TestOldTokensAreUsedUntilTheyExpire(t *testing.T) {
	t.Parallel()
	virtual.Each(t, noOtherToken(), func(t *testing.T, answer sandbox.Answer) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{}, answer), sandbox.WithTokenLifetime(time.Minute))
		client := connect(t, s, signedInBy(testServiceAccount()), withRetries(0))
		for _, wait := range []time.Duration{0, 51 * time.Second, 8 * time.Second} {
			time.Sleep(wait)
			if _, err := read(t.Context(), client); err != nil {
				t.Fatalf("after %s more, a read got %v", wait, err)
			}
		}
		time.Sleep(time.Second)
		_, err := read(t.Context(), client)
		if failure, ok := errors.AsType[*Error](err); !ok || !failure.SignIn {
			t.Errorf("with an expired token, a read got %+v", err)
		}
		if pages := acctest.Count(s, sandbox.EndpointConnections); pages != 3 {
			t.Errorf("got %d pages", pages)
		}
	})
}

// If Atlas refuses the old token again, the user has to know why there is no other one.
func TestReadsWithoutAnyTokenSayWhyThereIsNoOther(t *testing.T) {
	t.Parallel()
	virtual.Each(t, noOtherToken(), func(t *testing.T, answer sandbox.Answer) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Revoke: true}), sandbox.WithTokenAnswers(sandbox.Answer{}, answer))
		client := connect(t, s, signedInBy(testServiceAccount()), withRetries(0))
		if _, err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			time.Sleep(time.Minute)
			_, err := read(t.Context(), client)
			failure, ok := errors.AsType[*Error](err)
			if !ok || !failure.SignIn || failure.Status == http.StatusUnauthorized && answer.Status != http.StatusUnauthorized {
				t.Errorf("got %+v", err)
			}
		}
	})
}

func TestTokenEndpointsThatHangDoNotTakeTheOldToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Status: http.StatusUnauthorized}),
			sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		for _, timeout := range []time.Duration{time.Minute, 30 * time.Second} {
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			if _, err := client.ListStreamConnections(ctx, request()); err != nil {
				t.Errorf("a read of %s got %v", timeout, err)
			}
			cancel()
			time.Sleep(time.Minute)
		}
		if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 2 {
			t.Errorf("got %d token requests", tokens)
		}
	})
}

func TestReadsOfOneSecondSucceedWithAServiceAccount(t *testing.T) {
	t.Parallel()
	type testCase struct {
		token sandbox.Answer
		fails bool
	}
	cases := map[string]testCase{
		"fast":    {sandbox.Answer{Delay: second / 4}, false},
		"slow":    {sandbox.Answer{Delay: second * 6 / 10}, false},
		"hanging": {sandbox.Answer{Break: sandbox.Stall, Times: -1}, true},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Delay: second / 4, Times: -1}), sandbox.WithTokenAnswers(c.token))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := connect(t, s, signedInBy(testServiceAccount())).ListStreamConnections(ctx, request())
		failure, failed := errors.AsType[*Error](err)
		if failed != c.fails || failed && (!failure.SignIn || failure.Attempts != 1 || failure.Took != 900*time.Millisecond) {
			t.Errorf("got %+v after %s", err, time.Since(start))
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
		if failure, ok := errors.AsType[*Error](first); !ok || failure.IsAtlas() || second != nil {
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

func TestTokensThatAreNoLongerTakenAreReplacedOnce(t *testing.T) {
	t.Parallel()
	type testCase struct {
		answers       []sandbox.Answer
		tokens, pages int
		status        int // of the error
		took          time.Duration
	}
	cases := map[string]testCase{
		"before the first page": {[]sandbox.Answer{{Revoke: true}}, 2, 4, 0, 0},
		"between two pages":     {[]sandbox.Answer{{}, {Revoke: true}}, 2, 4, 0, 0},
		"twice in a listing":    {[]sandbox.Answer{{Revoke: true}, {Delay: 10 * second}, {Revoke: true}}, 3, 5, 0, 10 * time.Second},
		"and the next one too":  {[]sandbox.Answer{{Revoke: true, Times: -1}}, 2, 2, 401, 0},
		"and then a 403":        {[]sandbox.Answer{{Revoke: true}, {Status: 403}}, 2, 2, 403, 0},
		"as a role is missing":  {[]sandbox.Answer{withoutRole}, 1, 1, 401, 0},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(1234, append([]sandbox.Answer{{Times: 3}}, c.answers...)...))
		client := connect(t, s, signedInBy(testServiceAccount()), withRetries(0))
		if _, err := readPages(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		start := time.Now()
		names, err := readPages(t.Context(), client)
		took := time.Since(start)
		synctest.Wait() // for the revocation, which no read waits for
		tokens, pages := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointConnections)-3
		if tokens != c.tokens || pages != c.pages {
			t.Errorf("got %d token requests and %d pages", tokens, pages)
		}
		if revoked := acctest.Count(s, sandbox.EndpointRevoke); revoked != c.tokens-1 {
			t.Errorf("%d of %d tokens were revoked", revoked, c.tokens-1)
		}
		failure, failed := errors.AsType[*Error](err)
		switch {
		case failed != (c.status != 0), failed && (failure.Status != c.status || failure.SignIn):
			t.Errorf("got %v", err)
		case !failed && (err != nil || len(names) != 1234):
			t.Errorf("got %v", err)
		case took != c.took:
			t.Errorf("took %s", took)
		}
	})
}

func TestMissingRolesCostOneToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, withoutRole))
		client := connect(t, s, signedInBy(testServiceAccount()))
		errs := readAll(t.Context(), client, 60)
		for range 60 {
			time.Sleep(30 * time.Second)
			_, err := read(t.Context(), client)
			errs = append(errs, err)
		}
		for _, err := range errs {
			if failure, ok := errors.AsType[*Error](err); !ok || failure.Code != "USER_UNAUTHORIZED" {
				t.Errorf("got %v", err)
			}
		}
		client.Close(t.Context())
		tokens, pages, revoked := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointConnections),
			acctest.Count(s, sandbox.EndpointRevoke)
		if tokens != 1 || pages != 120 || revoked != 1 {
			t.Errorf("got %d token requests and %d pages, and revoked %d tokens", tokens, pages, revoked)
		}
	})
}

func TestYoungTokensAreNotReplaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: http.StatusUnauthorized, Times: -1}))
		client := connect(t, s, signedInBy(testServiceAccount()), withRetries(0))
		for _, err := range readAll(t.Context(), client, 60) {
			if failure, ok := errors.AsType[*Error](err); !ok || failure.Status != http.StatusUnauthorized {
				t.Errorf("got %v", err)
			}
		}
		tokens, pages := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointConnections)
		if tokens != 1 || pages != 60 {
			t.Errorf("got %d token requests and %d pages", tokens, pages)
		}
	})
}

// A token that Atlas has just issued shows that the credentials are good.
func TestRefusalsForAMomentAreFinalForCredentialsThatMayBeWrong(t *testing.T) {
	t.Parallel()
	virtual.Each(t, everySignIn(), func(t *testing.T, signIn Credential) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: http.StatusUnauthorized}))
		_, err := read(t.Context(), connect(t, s, signedInBy(signIn)))
		failure, failed := errors.AsType[*Error](err)
		if failed == (signIn.Kind == ServiceAccount) || failed && failure.Status != http.StatusUnauthorized {
			t.Errorf("got %v", err)
		}
	})
}

// Atlas sometimes rejects valid credentials for a moment, with the same answer as for wrong ones.
func TestRefusalsForAMomentAreRetried(t *testing.T) {
	t.Parallel()
	type testCase struct {
		answers           []sandbox.Answer
		retried, succeeds bool
	}
	refusal := sandbox.Answer{Status: http.StatusUnauthorized}
	cases := map[string]testCase{
		"once":              {[]sandbox.Answer{{}, refusal}, true, true},
		"three times":       {[]sandbox.Answer{{}, refusal, refusal, refusal}, true, true},
		"for good":          {[]sandbox.Answer{{}, {Status: http.StatusUnauthorized, Times: -1}}, true, false},
		"with another code": {[]sandbox.Answer{{}, {Status: http.StatusUnauthorized, ErrorCode: "UNAUTHORIZED"}}, true, true},
		"by RFC 6750": {[]sandbox.Answer{{}, {Status: http.StatusUnauthorized, Body: new(""),
			Headers: map[string]string{"WWW-Authenticate": `Bearer error="invalid_token"`}}}, true, true},
		"by something between": {[]sandbox.Answer{{}, {Status: http.StatusUnauthorized, Body: new("<html>"), Times: -1,
			Headers: map[string]string{"WWW-Authenticate": ""}}}, false, false},
		"for want of a role": {[]sandbox.Answer{{}, withoutRole}, true, false},
	}
	for name, signIn := range everySignIn() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, cases, func(t *testing.T, c testCase) {
				s := sandbox.New(virtual.Data(501, c.answers...))
				start := time.Now()
				_, err := readPages(t.Context(), connect(t, s, signedInBy(signIn)))
				failure, failed := errors.AsType[*Error](err)
				if failed == c.succeeds || failed && failure.Status != http.StatusUnauthorized || !failed && err != nil {
					t.Errorf("got %v", err)
				}
				took, pages := time.Since(start), acctest.Count(s, sandbox.EndpointConnections)
				if took > 0 && !c.retried || took > 2*time.Minute || pages > 14 {
					t.Errorf("got %d pages in %s", pages, took)
				}
			})
		})
	}
}

func TestExpiredTokensAreReplacedForAllReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenLifetime(time.Minute))
		client := connect(t, s, signedInBy(testServiceAccount()))
		for range 2 {
			if err := errors.Join(readAll(t.Context(), client, 100)...); err != nil {
				t.Fatal(err)
			}
			time.Sleep(55 * time.Second) // a few seconds before the token expires, it is no longer used
		}
		if tokens, pages := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointConnections); tokens != 2 || pages != 200 {
			t.Errorf("got %d token requests and %d pages", tokens, pages)
		}
	})
}

func TestRevokedTokensAreReplacedForAllReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Revoke: true}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		readAMinuteAgo(t, client)
		if err := errors.Join(readAll(t.Context(), client, 100)...); err != nil {
			t.Fatal(err)
		}
		if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 2 {
			t.Errorf("got %d token requests", tokens)
		}
	})
}

func TestTokensThatAreNoHeaderStayUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const token = "issued-token\r\nX-Other: 1" //nolint:gosec // made up
		body := fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer"}`, token)
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Body: &body}))
		_, err := read(t.Context(), connect(t, s, signedInBy(testServiceAccount())))
		if err == nil || strings.Contains(err.Error(), "issued-token") || acctest.Count(s, sandbox.EndpointConnections) != 0 {
			t.Errorf("got %v", err)
		}
	})
}

func TestTokenAnswersWithoutAToken(t *testing.T) {
	t.Parallel()
	html := map[string]string{"Content-Type": "text/html"}
	cases := map[string]struct {
		answer sandbox.Answer
		want   string
	}{
		"a web page": {
			sandbox.Answer{Body: new("<title>Sign in to the network</title>"), Headers: html},
			`is not JSON: its content type is "text/html", and its text is "Sign in to the network"`,
		},
		"text": {
			sandbox.Answer{Body: new("Sign in"), Headers: map[string]string{"Content-Type": "text/plain"}},
			`is not JSON: its content type is "text/plain", and its text is "Sign in"`,
		},
		"nothing":  {sandbox.Answer{Body: new("")}, "is empty"},
		"no token": {sandbox.Answer{Body: new("{}")}, "has no token"},
		"endless token": {
			sandbox.Answer{Body: new(`{"access_token":"` + strings.Repeat("a", maxToken+1) + `"}`)},
			"has a token that cannot be sent in a header",
		},
		"odd token":       {sandbox.Answer{Body: new(`{"access_token":5}`)}, "has no token"},
		"no OAuth error":  {sandbox.Answer{Body: new(`{"error":"made_up"}`)}, "has no token"},
		"a list":          {sandbox.Answer{Body: new(`[{"access_token":"a"}]`)}, "has no token"},
		"something after": {sandbox.Answer{Body: new(`{"access_token":"a"} {}`)}, "has no token"},
		"a redirect to no URL": {
			sandbox.Answer{Status: 302, Headers: map[string]string{"Location": "http://[::1"}}, "redirects to no URL",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(c.answer))
				_, err := read(t.Context(), connect(t, s, signedInBy(testServiceAccount())))
				if got, ok := errors.AsType[*Error](err); !ok || got.Kind != Unexpected || !got.SignIn || got.Detail != c.want {
					t.Errorf("got %v, want %s", err, c.want)
				}
			})
		})
	}
}

// A gateway can answer with an error and the status 200.
func TestErrorsInPlaceOfATokenAreTold(t *testing.T) {
	t.Parallel()
	type testCase struct {
		body, code, detail string
		tokens             int // requests of two reads
	}
	cases := map[string]testCase{
		"of OAuth":   {`{"error":"invalid_client","error_description":"Why."}`, "invalid_client", "Why.", 1},
		"odd":        {`{"error":"invalid_scope","error_description":5,"error_uri":[]}`, "invalid_scope", "", 2},
		"of the API": {`{"error":403,"errorCode":"CODE","detail":"Why.","parameters":{}}`, "CODE", "Why.", 2},
		"and a null": {`{"access_token":null,"error":"access_denied","error_description":"Why."}`, "access_denied", "Why.", 2},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Body: &c.body, Times: -1}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		for range 2 {
			_, err := read(t.Context(), client)
			got, ok := errors.AsType[*Error](err)
			if !ok || got.Kind != Refused || !got.SignIn || got.Code != c.code || got.Detail != c.detail || got.Status != http.StatusOK {
				t.Errorf("got %+v", err)
			}
		}
		if got := len(s.Requests()); got != c.tokens {
			t.Errorf("got %d requests", got)
		}
	})
}

func TestLifetimesOfTokensCanBeSpelledInManyWays(t *testing.T) {
	t.Parallel()
	const forever = 0
	const hour = time.Hour - 10*time.Second
	cases := map[string]struct {
		expiresIn string
		used      time.Duration
	}{
		"seconds":         {`,"expires_in":3600`, hour},
		"fraction":        {`,"expires_in":3600.0`, hour},
		"power of ten":    {`,"expires_in":36e2`, hour},
		"quoted":          {`,"expires_in":"3600"`, hour},
		"quoted fraction": {`,"expires_in":"3600.0"`, hour},
		"ten seconds":     {`,"expires_in":10`, 7500 * time.Millisecond},
		"two seconds":     {`,"expires_in":2.0`, 1500 * time.Millisecond},
		"most":            {`,"expires_in":1e300`, 365*24*time.Hour - 10*time.Second},
		"missing":         {``, forever},
		"null":            {`,"expires_in":null`, forever},
		"zero":            {`,"expires_in":0`, forever},
		"negative":        {`,"expires_in":-3600`, forever},
		"words":           {`,"expires_in":"an hour"`, forever},
		"no number":       {`,"expires_in":"NaN"`, forever},
		"an object":       {`,"expires_in":{"seconds":3600}`, forever},
		"too large":       {`,"expires_in":1e999`, forever},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				body := fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer"%s}`, sandbox.DefaultCredentials().AccessToken, c.expiresIn)
				s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Body: &body, Times: -1}),
					sandbox.WithRevokeAnswers(sandbox.Answer{Status: http.StatusServiceUnavailable, Times: -1})) // it is the same token
				client := connect(t, s, signedInBy(testServiceAccount()))
				tokens := func() int {
					t.Helper()
					if _, err := read(t.Context(), client); err != nil {
						t.Fatal(err)
					}
					return acctest.Count(s, sandbox.EndpointToken)
				}
				first := tokens()
				if c.used == forever {
					time.Sleep(1000 * time.Hour)
					if later := tokens(); first != 1 || later != 1 {
						t.Errorf("got %d token requests, then %d", first, later)
					}
					return
				}
				time.Sleep(c.used - time.Second)
				before := tokens()
				time.Sleep(time.Second)
				if after := tokens(); first != 1 || before != 1 || after != 2 {
					t.Errorf("got %d token requests, then %d, then %d", first, before, after)
				}
			})
		})
	}
}

func TestTokensOfTenSecondsAreFetchedOncePerLifetimeAndRevoked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenLifetime(10*time.Second))
		client := connect(t, s, signedInBy(testServiceAccount()))
		for range 60 {
			if err := errors.Join(readAll(t.Context(), client, 3)...); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		client.Close(t.Context())
		tokens, revoked := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointRevoke)
		if tokens != 8 || revoked != tokens { // each is used for eight reads, and then has two seconds left
			t.Errorf("got %d tokens, and revoked %d", tokens, revoked)
		}
	})
}

// Something in between answered, whatever the code.
func TestRefusalsThatMayPassAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3),
			sandbox.WithTokenAnswers(sandbox.Answer{Status: http.StatusServiceUnavailable, ErrorCode: "invalid_client"}))
		client := connect(t, s, signedInBy(testServiceAccount()), withRetries(0))
		if _, err := read(t.Context(), client); err == nil {
			t.Error("the first read got no error")
		}
		if _, err := read(t.Context(), client); err != nil {
			t.Errorf("the second read got %v", err)
		}
	})
}

// The attempts to fetch a token were used up, mostly before the second read needed one.
func TestReadsThatComeLateFetchATokenOfTheirOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{Status: http.StatusServiceUnavailable, Times: 5}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		var reads sync.WaitGroup
		reads.Go(func() {
			if _, err := read(t.Context(), client); err == nil {
				t.Error("the first read got no error")
			}
		})
		time.Sleep(lateness + time.Second)
		reads.Go(func() {
			if _, err := read(t.Context(), client); err != nil {
				t.Errorf("the second read got %v", err)
			}
		})
		reads.Wait()
		if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 6 {
			t.Errorf("got %d token requests", tokens)
		}
	})
}

func TestShortReadsDoNotWaitForTheReplacementOfAnotherRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Status: http.StatusUnauthorized}),
			sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		readAMinuteAgo(t, client)
		var reads sync.WaitGroup
		reads.Go(func() {
			if _, err := read(t.Context(), client); err != nil { // is refused once, and replaces the token
				t.Errorf("the first read got %v", err)
			}
		})
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, err := client.ListStreamConnections(ctx, request()); err != nil {
			t.Errorf("the read of ten seconds got %+v", err)
		}
		reads.Wait()
	})
}

func TestTheWaitOfTheTokenEndpointDoesNotEndAReadWithAnOldToken(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]string{"an hour": "3600", "a day": "86400"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Status: http.StatusUnauthorized, Times: 2}),
					sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Times: -1, Status: http.StatusTooManyRequests, ErrorCode: "RATE_LIMITED",
						Headers: map[string]string{"Retry-After": after}}))
				client := connect(t, s, signedInBy(testServiceAccount()))
				readAMinuteAgo(t, client)
				start := time.Now()
				if _, err := read(t.Context(), client); err != nil {
					failure, _ := errors.AsType[*Error](err)
					t.Errorf("got %v after %s, %d attempts, stopped %d", err, time.Since(start), failure.Attempts, failure.Stopped)
				}
				// A later read shows that the old token is good.
				if _, err := read(t.Context(), client); err != nil {
					t.Errorf("later: %v", err)
				}
			})
		})
	}
}

// Sooner attempts would all be made with the old token, which Atlas refuses for good.
func TestReadsWaitForATokenEndpointThatAsksToWaitBriefly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Revoke: true}),
			sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Status: http.StatusServiceUnavailable, Times: 3,
				Headers: map[string]string{"Retry-After": "20"}}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		readAMinuteAgo(t, client)
		if _, err := read(t.Context(), client); err != nil {
			t.Error(err)
		}
	})
}

func TestTheWaitOfTheTokenEndpointEndsWithTheTokenThatItIssues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Revoke: true}),
			sandbox.WithTokenAnswers(sandbox.Answer{Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "3000"}}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		if _, err := read(t.Context(), client); err == nil {
			t.Error("the first read waited for 50 minutes")
		}
		readAMinuteAgo(t, client)
		if _, err := read(t.Context(), client); err != nil {
			t.Errorf("the read whose token was revoked got %v", err)
		}
		if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 3 {
			t.Errorf("got %d token requests, want 3: one in vain, one token, and its replacement", tokens)
		}
	})
}

// The first attempt begins while the old token still lives half a second, and fails two seconds later.
func TestTheAttemptDuringWhichATokenExpiresIsCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := sandbox.Answer{Status: http.StatusServiceUnavailable, Times: -1}
		late := sandbox.Answer{Status: http.StatusServiceUnavailable, Delay: 2 * second}
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenLifetime(time.Minute), sandbox.WithTokenAnswers(sandbox.Answer{}, late, down))
		client := connect(t, s, signedInBy(testServiceAccount()))
		if _, err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		time.Sleep(59500 * time.Millisecond)
		_, err := read(t.Context(), client)
		failure, ok := ofKind(err, Refused)
		if tokens := acctest.Count(s, sandbox.EndpointToken); !ok || failure.Attempts != 5 || tokens != 1+5 {
			t.Errorf("got %+v, and %d token requests", failure, tokens)
		}
	})
}

// The read sends a request, is refused after the token has expired, and is interrupted while it signs in again.
func TestReadsThatSentARequestBeforeTheySignInAgainSaySo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Status: http.StatusUnauthorized, Delay: 20 * second}),
			sandbox.WithTokenLifetime(75*time.Second),
			sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		readAMinuteAgo(t, client)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(30*time.Second, cancel)
		_, err := client.ListStreamConnections(ctx, request())
		failure, ok := ofKind(err, Ended)
		if !ok || failure.Phase != SigningIn || failure.Attempts != 1 {
			t.Errorf("got %v in phase %d after %d attempts", err, failure.Phase, failure.Attempts)
		}
		client.Close(t.Context())
	})
}

func TestAccountsThatAreRejectedEndAReadWhoseTokenIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Status: http.StatusUnauthorized, Times: 3}),
			sandbox.WithTokenAnswers(sandbox.Answer{}, oauthError(http.StatusUnauthorized, "invalid_client")))
		client := connect(t, s, signedInBy(testServiceAccount()))
		readAMinuteAgo(t, client)
		before := len(s.Requests())
		_, err := read(t.Context(), client)
		if failure, ok := ofKind(err, Refused); !ok || failure.Code != "invalid_client" || failure.Attempts != 1 {
			t.Errorf("got %+v", failure)
		}
		if n := len(s.Requests()) - before; n != 3 {
			t.Errorf("sent %d requests, want 3: one with each use of the token, and one for another", n)
		}
	})
}

func TestReplacedTokensAreRevokedWhileReadsAreBusy(t *testing.T) {
	t.Parallel()
	virtual.Each(t, map[string]int{"as many reads as Terraform starts": 10, "thirty reads": 30}, func(t *testing.T, n int) {
		s := sandbox.New(virtual.Data(1600, sandbox.Answer{}, sandbox.Answer{Status: http.StatusUnauthorized},
			sandbox.Answer{Delay: 3 * second, Times: -1}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		one := request()
		one.PageNum = 1
		if _, err := client.ListStreamConnections(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if err := errors.Join(readAll(t.Context(), client, n)...); err != nil {
			t.Error(err)
		}
		client.Close(t.Context())
		if tokens, revoked := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointRevoke); tokens != 2 || revoked != 2 {
			t.Errorf("got %d tokens, and revoked %d", tokens, revoked)
		}
	})
}

func TestAnErrorThatAcceptsTheTokenRemovesItsMark(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Status: 401},
			sandbox.Answer{Status: 404, ErrorCode: "GROUP_NOT_FOUND", Times: -1}),
			sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		readAMinuteAgo(t, client)
		_, _ = read(t.Context(), client) // replaces the token in vain
		start := time.Now()
		before := acctest.Count(s, sandbox.EndpointToken)
		for range 5 {
			_, _ = read(t.Context(), client)
		}
		if n := acctest.Count(s, sandbox.EndpointToken) - before; n > 0 {
			t.Errorf("five later reads sent %d token requests, and took %s", n, time.Since(start))
		}
	})
}

func TestReadsWaitFifteenSecondsForAReplacement(t *testing.T) {
	t.Parallel()
	forever := fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer"}`, sandbox.DefaultCredentials().AccessToken)
	tokens := map[string]sandbox.Answer{"a token of an hour": {}, "a token without a lifetime": {Body: &forever}}
	virtual.Each(t, tokens, func(t *testing.T, first sandbox.Answer) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Status: http.StatusUnauthorized}),
			sandbox.WithTokenAnswers(first, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		readAMinuteAgo(t, client)
		start := time.Now()
		if _, err := read(t.Context(), client); err != nil || time.Since(start) != replaceTimeout {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}

func TestLateRefusalsOfAReplacedTokenCostNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := sandbox.Answer{Status: http.StatusUnauthorized}
		late := refused
		late.Delay = 10 * second
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, late, refused))
		client := connect(t, s, signedInBy(testServiceAccount()))
		readAMinuteAgo(t, client)
		if err := errors.Join(readAll(t.Context(), client, 2)...); err != nil {
			t.Error(err)
		}
		if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 2 {
			t.Errorf("got %d token requests", tokens)
		}
	})
}

// The account is valid, since Atlas has issued a token to it, so that only the read that meets the refusal fails.
func TestServiceAccountsThatAreRejectedForAMomentAreTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Status: http.StatusUnauthorized}),
			sandbox.WithTokenLifetime(time.Minute))
		client := connect(t, s, signedInBy(testServiceAccount()))
		for i, fails := range []bool{false, true, false, false} {
			_, err := read(t.Context(), client)
			failure, ok := ofKind(err, Refused)
			if ok != fails || fails && (failure.Code != "invalid_client" || failure.Attempts != 1 || !failure.Accepted) {
				t.Errorf("read %d got %v", i, err)
			}
			time.Sleep(10 * time.Minute)
		}
		if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 4 {
			t.Errorf("got %d token requests", tokens)
		}
	})
}

// slowAPI answers requests of the API after delay, whatever the answer, and those for tokens at once.
func slowAPI(s http.Handler, delay *time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/atlas/") {
			time.Sleep(*delay)
		}
		s.ServeHTTP(w, r)
	})
}

// The wait for a slot is not part of the time of a token request: slow requests do not make others fail.
func TestRevokedTokensAreReplacedOnceWhateverReadsQueue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ retries, reads int }{
		"no retries, 30": {0, 30}, "no retries, 100": {0, 100}, "one, 100": {1, 100}, "four, 100": {4, 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Revoke: true}))
				var delay time.Duration
				client := connect(t, slowAPI(s, &delay), signedInBy(testServiceAccount()), withRetries(c.retries))
				readAMinuteAgo(t, client)
				delay = 10 * time.Second
				if err := errors.Join(readAll(t.Context(), client, c.reads)...); err != nil {
					t.Error(err)
				}
				if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 2 {
					t.Errorf("got %d token requests", tokens)
				}
			})
		})
	}
}

// A good token that is about to expire, and a token endpoint that hangs.
func TestTokensThatAreAboutToExpireAreUsedIfThereIsNoOther(t *testing.T) {
	t.Parallel()
	for _, left := range []time.Duration{9 * time.Second, 5 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			s := sandbox.New(virtual.Data(3), sandbox.WithTokenLifetime(time.Minute),
				sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
			client := connect(t, s, signedInBy(testServiceAccount()))
			if _, err := read(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute - left)
			start := time.Now()
			if _, err := read(t.Context(), client); err != nil {
				t.Errorf("a read with a token that lives %s more got %v after %s", left, err, time.Since(start))
			}
		})
	}
}

func TestTokenEndpointsAreNotAskedBeforeTheWaitThatTheyAskFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{}, sandbox.Answer{Status: http.StatusUnauthorized, Times: -1}),
			sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Times: -1, Status: http.StatusTooManyRequests, ErrorCode: "RATE_LIMITED",
				Headers: map[string]string{"Retry-After": "3600"}}))
		client := connect(t, s, signedInBy(testServiceAccount()))
		readAMinuteAgo(t, client)
		for range 2 {
			_, err := read(t.Context(), client)
			if failure, ok := ofKind(err, Refused); !ok || !failure.SignIn || failure.RetryAfter != time.Hour {
				t.Errorf("got %v", err)
			}
		}
		if tokens := acctest.Count(s, sandbox.EndpointToken); tokens != 2 {
			t.Errorf("got %d token requests", tokens)
		}
	})
}
