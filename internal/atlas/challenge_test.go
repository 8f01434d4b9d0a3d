package atlas

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/icholy/digest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
)

// The body of a 401 explains why Atlas rejects a key. It may come with a challenge, without one, or with a broken one.
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
		status, ok := errors.AsType[*StatusError](err)
		if !ok || status.Code != "IP_ADDRESS_NOT_ON_ACCESS_LIST" || status.Detail != "IP address 192.0.2.1 is not allowed." {
			t.Errorf("got %v", err)
		}
		if requests != c.requests {
			t.Errorf("got %d requests", requests)
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
		transport, _ := APIKey{PublicKey: "sbreader", PrivateKey: "5a0db0c5-0000-4000-8000-000000000001"}.signing(&Client{},
			roundTripper(func(req *http.Request) (*http.Response, error) {
				if req.Header.Get("Authorization") != "" {
					signed++
				}
				return &http.Response{
					StatusCode: http.StatusUnauthorized, Request: req,
					Header: http.Header{"Www-Authenticate": {challenge}},
					Body:   inMemory([]byte("why")),
				}, nil
			}))
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://atlas.invalid/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := transport.RoundTrip(req) //nolint:bodyclose // in memory
		if err != nil {
			t.Fatalf("the answer is lost: %v", err)
		}
		if body, err := bodyOf(resp); string(body) != "why" {
			t.Errorf("got %q, %v", body, err)
		}
		if signed > 1 || signed == 1 && !digest.IsDigest(challenge) {
			t.Errorf("signed %d times", signed)
		}
	})
}
