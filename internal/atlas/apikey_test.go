package atlas

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/icholy/digest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestDigestAsksForOneChallenge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(orders(1234))
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
		s := sandbox.New(orders(501))
		if err := errors.Join(readAll(t.Context(), connect(t, s, signedInBy(testAPIKey())), 100)...); err != nil {
			t.Fatal(err)
		}
		if got := len(s.Requests()); got != 200+1 {
			t.Errorf("got %d requests for 200 pages", got)
		}
	})
}

func TestParallelReadsShareTheChallengeOfAServerThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(orders(3), sandbox.WithGateway(sandbox.Answer{Status: 503}))
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
	inVirtualTime(t, cases, func(t *testing.T, answers []sandbox.Answer) {
		s := sandbox.New(orders(1234, answers...))
		listing, err := read(t.Context(), connect(t, s, signedInBy(testAPIKey())))
		if err != nil || len(listing.Connections) != 1234 {
			t.Fatalf("got %v", err)
		}
		if got := len(s.Requests()); got != 3+1+1 {
			t.Errorf("got %d requests for 3 pages", got)
		}
	})
}

func TestRetriesAreSignedAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(orders(3, sandbox.Answer{Status: 503, Times: 3}), sandbox.WithNonceLifetime(5*time.Second))
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

func TestReadsThatWaitForTheChallengeEndWithTheirContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(orders(3), sandbox.WithGateway(sandbox.Answer{Delay: sandbox.Duration(30 * time.Second)}))
		client := connect(t, s, signedInBy(testAPIKey()))
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
		if _, err := read(ctx, client); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
		reads.Wait()
	})
}

// Why Atlas refuses a key is in the body of the 401, which may come with a challenge, without one, or with a broken one.
func TestRefusedKeysLearnWhy(t *testing.T) {
	t.Parallel()
	type testCase struct {
		challenge string
		requests  int
	}
	const good = `Digest realm="MMS Public API", nonce="abc", algorithm=MD5, qop="auth"`
	cases := map[string]testCase{
		"no challenge":             {"", 1},
		"a challenge":              {good, 2},
		"another scheme":           {`Basic realm="proxy"`, 1},
		"no parameters":            {"Digest", 1},
		"no value":                 {`Digest realm`, 1},
		"no end of a string":       {`Digest realm="MMS`, 1},
		"noise":                    {`Digest ,,,=,"`, 1},
		"an unknown algorithm":     {`Digest realm="r", nonce="n", algorithm=ROT13`, 1},
		"an unknown protection":    {`Digest realm="r", nonce="n", qop="none"`, 1},
		"a protection of the body": {`Digest realm="r", nonce="n", qop="auth-int"`, 2},
		"much":                     {`Digest realm="` + strings.Repeat("x", 1<<16) + `"`, 2},
	}
	inVirtualTime(t, cases, func(t *testing.T, c testCase) {
		requests := 0
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests++
			if c.challenge != "" {
				w.Header().Set("WWW-Authenticate", c.challenge)
			}
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"error":401,"errorCode":"IP_ADDRESS_NOT_ON_ACCESS_LIST","detail":"IP address 192.0.2.1 is not allowed."}`))
		}), signedInBy(testAPIKey()))
		_, err := read(t.Context(), client)
		status, ok := errors.AsType[*StatusError](err)
		if !ok || status.Code != "IP_ADDRESS_NOT_ON_ACCESS_LIST" || status.Detail != "IP address 192.0.2.1 is not allowed." {
			t.Errorf("got %v", err)
		}
		if requests != c.requests {
			t.Errorf("got %d requests", requests)
		}
	})
}

func TestWrongKeysAreFinal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(orders(3))
		_, err := read(t.Context(), connect(t, s, signedInBy(APIKey{PublicKey: "sbreader", PrivateKey: "00000000-0000-4000-8000-000000000000"})))
		status, ok := errors.AsType[*StatusError](err)
		if !ok || status.Status != http.StatusUnauthorized || status.Detail == "" || len(s.Requests()) != 2 {
			t.Errorf("got %v after %d requests", err, len(s.Requests()))
		}
	})
}

func FuzzChallenge(f *testing.F) {
	for _, seed := range []string{
		"", "Digest", "Digest ",
		`Digest realm="MMS Public API", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false`,
		`digest realm=r,nonce="\"",opaque=o,userhash=true,charset=UTF-8`,
		`Digest realm="r", nonce="n", algorithm=SHA-512-256, qop="auth-int,auth"`,
		`Digest realm="`, `Digest =,`, `Basic realm="x", Digest realm="y"`, "Digest nonce=\"\x00\xff\"", `Digest algorithm="MD5\r\nX: y"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, challenge string) {
		signed := 0
		client := APIKey{PublicKey: "sbreader", PrivateKey: "5a0db0c5-0000-4000-8000-000000000001"}.signIn(stack{
			scrub: &scrubber{},
			exchange: roundTripper(func(req *http.Request) (*http.Response, error) {
				if req.Header.Get("Authorization") != "" {
					signed++
				}
				return &http.Response{
					StatusCode: http.StatusUnauthorized, Request: req,
					Header: http.Header{"Www-Authenticate": {challenge}},
					Body:   &memoryBody{Reader: bytes.NewReader([]byte("why"))},
				}, nil
			}),
		})
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://atlas.test/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.transport.RoundTrip(req) //nolint:bodyclose // in memory
		if err != nil {
			t.Fatalf("the answer is lost: %v", err)
		}
		if e := newStatusErrorOf(t, resp); e.Detail != "why" {
			t.Errorf("got %v", e)
		}
		if signed > 1 || signed == 1 && !digest.IsDigest(challenge) {
			t.Errorf("signed %d times", signed)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func newStatusErrorOf(t *testing.T, resp *http.Response) *StatusError {
	t.Helper()
	status, ok := errors.AsType[*StatusError](statusError(resp, &scrubber{}))
	if !ok {
		t.Fatal("no status")
	}
	return status
}
