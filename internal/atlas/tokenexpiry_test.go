package atlas

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

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
		if _, err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		start := time.Now()
		names, err := read(t.Context(), client)
		took := time.Since(start)
		synctest.Wait() // for the revocation, which no read waits for
		tokens, pages := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointConnections)-3
		if tokens != c.tokens || pages != c.pages {
			t.Errorf("got %d token requests and %d pages", tokens, pages)
		}
		if revoked := acctest.Count(s, sandbox.EndpointRevoke); revoked != c.tokens-1 {
			t.Errorf("%d of %d tokens were revoked", revoked, c.tokens-1)
		}
		status, failed := errors.AsType[*StatusError](err)
		switch {
		case failed != (c.status != 0), failed && (status.Status != c.status || status.SignIn):
			t.Errorf("got %v", err)
		case !failed && (err != nil || len(names) != 1234):
			t.Errorf("got %v", err)
		case took != c.took:
			t.Errorf("took %s", took)
		}
	})
}

// withoutRole is the answer of Atlas to credentials without a role.
var withoutRole = sandbox.Answer{Status: http.StatusUnauthorized, ErrorCode: "USER_UNAUTHORIZED", Times: -1}

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
			if status, ok := errors.AsType[*StatusError](err); !ok || status.Code != "USER_UNAUTHORIZED" {
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
			if status, ok := errors.AsType[*StatusError](err); !ok || status.Status != http.StatusUnauthorized {
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
	virtual.Each(t, everySignIn(), func(t *testing.T, signIn Credentials) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: http.StatusUnauthorized}))
		_, err := read(t.Context(), connect(t, s, signedInBy(signIn)))
		_, isServiceAccount := signIn.(ServiceAccount)
		if status, failed := errors.AsType[*StatusError](err); failed == isServiceAccount || failed && status.Status != http.StatusUnauthorized {
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
		"for want of a role": {[]sandbox.Answer{{}, withoutRole}, false, false},
	}
	for name, signIn := range everySignIn() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, cases, func(t *testing.T, c testCase) {
				s := sandbox.New(virtual.Data(501, c.answers...))
				start := time.Now()
				_, err := read(t.Context(), connect(t, s, signedInBy(signIn)))
				status, failed := errors.AsType[*StatusError](err)
				if failed == c.succeeds || failed && status.Status != http.StatusUnauthorized || !failed && err != nil {
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
		if _, err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
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
