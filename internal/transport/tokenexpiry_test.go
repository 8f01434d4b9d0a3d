package transport

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestTokensThatAreNoLongerTakenAreReplacedOnce(t *testing.T) {
	t.Parallel()
	type testCase struct {
		answers       []sandbox.Answer
		tokens, pages int
		status        int // of the error
	}
	cases := map[string]testCase{
		"before the first page": {[]sandbox.Answer{{Revoke: true}}, 2, 4, 0},
		"between two pages":     {[]sandbox.Answer{{}, {Revoke: true}}, 2, 4, 0},
		"twice in a listing":    {[]sandbox.Answer{{Revoke: true}, {}, {Revoke: true}}, 3, 5, 0},
		"and the next one too":  {[]sandbox.Answer{{Revoke: true, Times: -1}}, 2, 2, 401},
		"and then a 403":        {[]sandbox.Answer{{Revoke: true}, {Status: 403}}, 2, 2, 403},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(1234, c.answers...))
		start := time.Now()
		names, err := read(t.Context(), connect(t, s, signedInBy(testServiceAccount())))
		tokens, pages := virtual.Count(s, sandbox.EndpointToken), virtual.Count(s, sandbox.EndpointConnections)
		if tokens != c.tokens || pages != c.pages {
			t.Errorf("got %d token requests and %d pages", tokens, pages)
		}
		status, failed := errors.AsType[*StatusError](err)
		switch {
		case failed != (c.status != 0), failed && (status.Status != c.status || status.SignIn):
			t.Errorf("got %v", err)
		case !failed && (err != nil || len(names) != 1234):
			t.Errorf("got %v", err)
		case time.Since(start) != 0:
			t.Errorf("took %s", time.Since(start))
		}
	})
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
		if tokens, pages := virtual.Count(s, sandbox.EndpointToken), virtual.Count(s, sandbox.EndpointConnections); tokens != 2 || pages != 200 {
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
		if err := errors.Join(readAll(t.Context(), client, 100)...); err != nil {
			t.Fatal(err)
		}
		if tokens := virtual.Count(s, sandbox.EndpointToken); tokens != 2 {
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
		if err == nil || strings.Contains(err.Error(), "issued-token") || virtual.Count(s, sandbox.EndpointConnections) != 0 {
			t.Errorf("got %v", err)
		}
	})
}
