package atlas

import (
	"bytes"
	"context"
	"crypto/fips140"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/icholy/digest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// spelledSecret is spelled differently in a URL.
const spelledSecret = "mdb_sa_sk_+/secret with=signs" //nolint:gosec // made up

func TestCredentialsAreSentAsTheirSchemesWantThem(t *testing.T) {
	t.Parallel()
	account := Credential{Kind: ServiceAccount, ID: "id:1", Secret: spelledSecret}
	virtual.Each(t, map[string]Credential{
		"Bearer " + spelledSecret: {Kind: AccessToken, Secret: spelledSecret},
		"Basic " + base64.StdEncoding.EncodeToString([]byte("id%3A1:"+url.QueryEscape(spelledSecret))): account,
	}, func(t *testing.T, c Credential) {
		var got []string
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = append(got, r.Header.Get("Authorization"))
			w.WriteHeader(http.StatusForbidden)
		}), signedInBy(c))
		if _, err := read(t.Context(), client); err == nil {
			t.Error("got no error")
		}
		if _, want, _ := strings.Cut(t.Name(), "/"); len(got) != 1 || strings.ReplaceAll(got[0], " ", "_") != want {
			t.Errorf("got %q", got)
		}
	})
}

// The test starts itself in the mode, which a process cannot enter later.
func TestAPIKeysAreAnErrorInFIPSOnlyMode(t *testing.T) {
	t.Parallel()
	base := &url.URL{Scheme: "http", Host: "atlas.invalid"}
	if fips140.Enforced() {
		if _, err := New(Config{BaseURL: base, Credential: testAPIKey()}); err == nil || !strings.Contains(err.Error(), "FIPS 140-only mode") {
			t.Errorf("an API key got %v", err)
		}
		if _, err := New(Config{BaseURL: base, Credential: testServiceAccount()}); err != nil {
			t.Errorf("a service account got %v", err)
		}
		return
	}
	if _, err := New(Config{BaseURL: base, Credential: testAPIKey()}); err != nil {
		t.Errorf("got %v in the usual mode", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	test := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v") //nolint:gosec // this test
	test.Env = append(os.Environ(), "GODEBUG=fips140=only")
	output, err := test.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "--- PASS: "+t.Name()) {
		t.Errorf("got %v and\n%s", err, output)
	}
}

func TestDigestAsksForOneChallenge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(1234))
		client := connect(t, s, signedInBy(testAPIKey()))
		for range 2 {
			if _, err := readPages(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(s.Requests()); got != 3+3+1 {
			t.Errorf("got %d requests for 6 pages", got)
		}
	})
}

func TestParallelReadsAskForAChallengeOnceEachAtMost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(501), sandbox.WithGateway(sandbox.Answer{Delay: second, Times: -1}))
		start := time.Now()
		if err := errors.Join(readAll(t.Context(), connect(t, s, signedInBy(testAPIKey())), 100)...); err != nil {
			t.Fatal(err)
		}
		if got := len(s.Requests()); got > 200+maxSlots {
			t.Errorf("got %d requests for 200 pages", got)
		}
		if took := time.Since(start); took > 23*time.Second { // one for the challenges, and twenty for ten pages at a time
			t.Errorf("took %s", took)
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
		if _, err := read(t.Context(), client); err != nil || time.Since(start) != 0 {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
		cancel()
		hanging.Wait()
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
		names, err := readPages(t.Context(), connect(t, s, signedInBy(testAPIKey())))
		if err != nil || len(names) != 1234 {
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

func TestWrongKeysAreFinal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3))
		key := testAPIKey()
		key.Secret = "00000000-0000-4000-8000-000000000000"
		_, err := read(t.Context(), connect(t, s, signedInBy(key)))
		got, ok := errors.AsType[*Error](err)
		if !ok || got.Status != http.StatusUnauthorized || got.Detail == "" || got.NoDigest || got.Accepted || len(s.Requests()) != 2 {
			t.Errorf("got %+v after %d requests", err, len(s.Requests()))
		}
	})
}

// challenged is a ResponseWriter that spells the challenge of the sandbox in another way.
type challenged struct {
	http.ResponseWriter

	spell func(challenge string) (headers []string)
}

func (w *challenged) WriteHeader(status int) {
	if challenge := w.Header().Get("WWW-Authenticate"); challenge != "" {
		w.Header()["Www-Authenticate"] = w.spell(challenge)
	}
	w.ResponseWriter.WriteHeader(status)
}

func spelled(s *sandbox.Sandbox, spell func(challenge string) []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(&challenged{w, spell}, r) })
}

func TestAPIKeysAreTriedWhereverAChallengeForThemIs(t *testing.T) {
	t.Parallel()
	const basic, other = `Basic realm="MMS, Digest \"API\"", charset="UTF-8"`, `Digest realm="r", nonce="n", algorithm=ROT13`
	cases := map[string]func(challenge string) []string{
		"alone":                      func(c string) []string { return []string{c} },
		"after another":              func(c string) []string { return []string{basic + ", " + c} },
		"before another":             func(c string) []string { return []string{c + "," + basic} },
		"after one without realm":    func(c string) []string { return []string{"Negotiate , " + c} },
		"after one with a token":     func(c string) []string { return []string{"Negotiate YWJj==, " + c} },
		"between two":                func(c string) []string { return []string{basic + ", " + c + ", Negotiate"} },
		"in the second header":       func(c string) []string { return []string{basic, c} },
		"in the first header":        func(c string) []string { return []string{c, basic} },
		"after an unknown algorithm": func(c string) []string { return []string{other + ", " + c} },
		"after a backslash":          func(c string) []string { return []string{`Basic realm="C:\\", ` + c} },
		"in capitals":                func(c string) []string { return []string{strings.Replace(c, "Digest", "DIGEST", 1)} },
		"after empty elements":       func(c string) []string { return []string{", ," + c} },
	}
	virtual.Each(t, cases, func(t *testing.T, spell func(string) []string) {
		s := sandbox.New(virtual.Data(3))
		_, err := read(t.Context(), connect(t, spelled(s, spell), signedInBy(testAPIKey())))
		if got := len(s.Requests()); err != nil || got != 2 {
			t.Errorf("got %v after %d requests", err, got)
		}
	})
}

// The nonce of the first signed request can be stale, too. The key is valid then, so the request is retried.
func TestStaleNonceOfTheFirstRequestIsReplaced(t *testing.T) {
	t.Parallel()
	type testCase struct {
		spell func(challenge string) []string
		fails bool
	}
	stale := func(spelling string) func(string) []string {
		return func(c string) []string { return []string{strings.Replace(c, "stale=true", "stale="+spelling, 1)} }
	}
	cases := map[string]testCase{
		"true":                 {stale("true"), false},
		"TRUE":                 {stale("TRUE"), false},
		"quoted":               {stale(`"true"`), false},
		"quoted, in capitals":  {stale(`"True"`), false},
		"in the second header": {func(c string) []string { return []string{`Basic realm="MMS"`, c} }, false},
		"after another":        {func(c string) []string { return []string{`Basic realm="MMS", ` + c} }, false},
		"false":                {stale("false"), true},
		"another word":         {stale("truest"), true},
		"of another scheme":    {func(c string) []string { return []string{stale("false")(c)[0] + `, Basic realm="MMS", stale=true`} }, true},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Revoke: true}))
		_, err := read(t.Context(), connect(t, spelled(s, c.spell), signedInBy(testAPIKey())))
		if (err != nil) != c.fails {
			t.Errorf("got %v in %d requests", err, len(s.Requests()))
		}
	})
}

// The body of a 401 explains why Atlas rejects a key. It may come with a challenge, without one, or with a broken one.
func TestRefusedKeysLearnWhy(t *testing.T) {
	t.Parallel()
	type testCase struct {
		challenge string
		requests  int
		noDigest  bool
	}
	const good = `Digest realm="MMS Public API", nonce="abc", algorithm=MD5, qop="auth"`
	cases := map[string]testCase{
		"no challenge":             {"", 1, true},
		"a challenge":              {good, 2, false},
		"another scheme":           {`Basic realm="Digest"`, 1, true},
		"other schemes":            {`Negotiate, Basic realm="a, Digest b", Bearer`, 1, true},
		"no parameters":            {"Digest", 1, false},
		"no value":                 {`Digest realm`, 1, false},
		"no end of a string":       {`Digest realm="MMS`, 1, false},
		"noise":                    {`Digest ,,,=,"`, 1, false},
		"an unknown algorithm":     {`Digest realm="r", nonce="n", algorithm=ROT13`, 1, false},
		"an unknown protection":    {`Digest realm="r", nonce="n", qop="none"`, 1, false},
		"a protection of the body": {`Digest realm="r", nonce="n", qop="auth-int"`, 2, false},
		"much":                     {`Digest nonce="n", realm="` + strings.Repeat("x", 1<<16) + `"`, 2, false},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
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
		got, ok := errors.AsType[*Error](err)
		if !ok || got.Code != "IP_ADDRESS_NOT_ON_ACCESS_LIST" || got.Detail != "IP address 192.0.2.1 is not allowed." {
			t.Fatalf("got %v", err)
		}
		if requests != c.requests || got.NoDigest != c.noDigest {
			t.Errorf("got %d requests, and NoDigest is %t", requests, got.NoDigest)
		}
	})
}

func TestOnlyAPIKeysMissADigestChallenge(t *testing.T) {
	t.Parallel()
	virtual.Each(t, map[string]Credential{"access token": testToken(), "service account": testServiceAccount()},
		func(t *testing.T, c Credential) {
			s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: http.StatusUnauthorized, Times: -1}))
			_, err := read(t.Context(), connect(t, s, signedInBy(c)))
			if got, ok := errors.AsType[*Error](err); !ok || got.Status != http.StatusUnauthorized || got.NoDigest {
				t.Errorf("got %+v", err)
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
		`Basic realm="\\", Digest realm="y", Negotiate YWJj==, Digest nonce="n",stale="TRUE"`, ",,, ,Digest a=b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, challenge string) {
		signed := 0
		transport := digest.Transport{
			Username: testAPIKey().ID, Password: testAPIKey().Secret, FindChallenge: findChallenge,
			Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
				if req.Header.Get("Authorization") != "" {
					signed++
				}
				return &http.Response{
					StatusCode: http.StatusUnauthorized, Request: req,
					Header: http.Header{"Www-Authenticate": {challenge}},
					Body:   &memoryBody{ReadCloser: io.NopCloser(bytes.NewReader([]byte("why"))), body: []byte("why")},
				}, nil
			}),
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://atlas.invalid/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := transport.RoundTrip(req) //nolint:bodyclose // in memory
		if err != nil {
			t.Fatalf("the answer is lost: %v", err)
		}
		if body := bodyOf(resp); string(body) != "why" {
			t.Errorf("got %q", body)
		}
		if signed > 1 || signed == 1 && len(digestChallenges(resp.Header)) == 0 {
			t.Errorf("signed %d times", signed)
		}
	})
}
