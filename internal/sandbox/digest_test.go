package sandbox_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/icholy/digest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// digestTransport signs with the default API key, as a client of Atlas does.
func digestTransport(base http.RoundTripper) *digest.Transport {
	c := sandbox.DefaultCredentials()
	return &digest.Transport{Username: c.PublicKey, Password: c.PrivateKey, Transport: base}
}

var acceptVersion = http.Header{"Accept": {version}}

func challengeOf(t *testing.T, a answer) *digest.Challenge {
	t.Helper()
	if a.status != http.StatusUnauthorized {
		t.Fatalf("got %d, want a challenge", a.status)
	}
	c, err := digest.ParseChallenge(a.header.Get("WWW-Authenticate"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signed sends a request that the default API key signs for a challenge. alter can change its credentials.
func signed(t *testing.T, client *http.Client, target string, c *digest.Challenge, nc int, alter func(*digest.Credentials)) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	key := sandbox.DefaultCredentials()
	credentials, err := digest.Digest(c, digest.Options{
		Method: http.MethodGet, URI: req.URL.RequestURI(), Count: nc, Username: key.PublicKey, Password: key.PrivateKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	if alter != nil {
		alter(credentials)
	}
	return do(t, client, http.MethodGet, target, nil, http.Header{"Accept": {version}, "Authorization": {credentials.String()}})
}

func TestAPIKeySignsInWithOneChallenge(t *testing.T) {
	t.Parallel()
	s, base := acctest.Serve(t, orders(3))
	client := &http.Client{Transport: digestTransport(http.DefaultTransport)}
	for range 3 {
		if a := do(t, client, http.MethodGet, base+connectionsPath, nil, acceptVersion.Clone()); a.status != http.StatusOK {
			t.Fatalf("got %d %s", a.status, a.body)
		}
	}
	if n := len(s.Requests()); n != 4 {
		t.Errorf("three reads took %d requests, want 4", n)
	}
}

func TestAPIKeyWorksInParallel(t *testing.T) {
	t.Parallel()
	s, base := acctest.Serve(t, orders(3))
	client := &http.Client{Transport: digestTransport(http.DefaultTransport)}
	do(t, client, http.MethodGet, base+connectionsPath, nil, acceptVersion.Clone())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			a, err := try(t, client, http.MethodGet, base+connectionsPath, nil, acceptVersion.Clone())
			if err != nil || a.status != http.StatusOK {
				t.Errorf("got %d, %v", a.status, err)
			}
		})
	}
	wg.Wait()
	if n := len(s.Requests()); n != 22 {
		t.Errorf("21 reads took %d requests, want 22: a nonce was refused to requests in parallel", n)
	}
}

func TestChallengeIsTheOneOfAtlas(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1))
	first := challengeOf(t, do(t, http.DefaultClient, http.MethodGet, base+connectionsPath, nil, acceptVersion.Clone()))
	second := challengeOf(t, do(t, http.DefaultClient, http.MethodGet, base+connectionsPath, nil, acceptVersion.Clone()))
	if first.Realm != "MMS Public API" || first.Algorithm != "MD5" || !first.SupportsQOP("auth") || first.Stale {
		t.Errorf("got %+v", first)
	}
	if first.Nonce == "" || first.Nonce == second.Nonce {
		t.Errorf("nonces %q and %q", first.Nonce, second.Nonce)
	}
}

func TestDigestIsReallyChecked(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1))
	target := base + connectionsPath + "?pageNum=1"
	cases := map[string]func(*digest.Credentials){
		"another key":             func(c *digest.Credentials) { c.Username = "nobodyxx" },
		"another's key":           func(c *digest.Credentials) { c.Username = sandbox.CredentialsWithoutRole().PublicKey },
		"a wrong response":        func(c *digest.Credentials) { c.Response = "00000000000000000000000000000000" },
		"an empty response":       func(c *digest.Credentials) { c.Response = "" },
		"another realm":           func(c *digest.Credentials) { c.Realm = "elsewhere" },
		"another path":            func(c *digest.Credentials) { c.URI = connectionsPath },
		"no quality":              func(c *digest.Credentials) { c.QOP = "" },
		"another algorithm":       func(c *digest.Credentials) { c.Algorithm = "SHA-256" },
		"another nonce, unsigned": func(c *digest.Credentials) { c.Nonce = "made-up" },
		"another count, unsigned": func(c *digest.Credentials) { c.Nc++ },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := challengeOf(t, do(t, http.DefaultClient, http.MethodGet, target, nil, acceptVersion.Clone()))
			if again := challengeOf(t, signed(t, http.DefaultClient, target, c, 1, spoil)); again.Stale || again.Nonce == c.Nonce {
				t.Errorf("got %+v, want a new challenge that is not stale", again)
			}
			if a := signed(t, http.DefaultClient, target, c, 1, nil); a.status != http.StatusOK {
				t.Errorf("the failure used the nonce up: %d", a.status)
			}
		})
	}
}

func TestDigestOfAnotherRequestIsRefused(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1))
	target := base + connectionsPath
	key := sandbox.DefaultCredentials()
	for name, other := range map[string]digest.Options{
		"another path":   {Method: http.MethodGet, URI: instancesPath},
		"another query":  {Method: http.MethodGet, URI: connectionsPath + "?pageNum=2"},
		"another method": {Method: http.MethodDelete, URI: connectionsPath},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := challengeOf(t, do(t, http.DefaultClient, http.MethodGet, target, nil, acceptVersion.Clone()))
			other.Username, other.Password, other.Count = key.PublicKey, key.PrivateKey, 1
			stolen, err := digest.Digest(c, other)
			if err != nil {
				t.Fatal(err)
			}
			if challengeOf(t, signed(t, http.DefaultClient, target, c, 1, func(c *digest.Credentials) { *c = *stolen })).Stale {
				t.Error("stale, as if it was signed well")
			}
		})
	}
}

func TestStaleNonce(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1))
	target := base + connectionsPath

	t.Run("made up by the client", func(t *testing.T) {
		t.Parallel()
		c := challengeOf(t, do(t, http.DefaultClient, http.MethodGet, target, nil, acceptVersion.Clone()))
		c.Nonce = "made-up"
		if !challengeOf(t, signed(t, http.DefaultClient, target, c, 1, nil)).Stale {
			t.Error("not stale")
		}
	})
	t.Run("used twice with one count", func(t *testing.T) {
		t.Parallel()
		c := challengeOf(t, do(t, http.DefaultClient, http.MethodGet, target, nil, acceptVersion.Clone()))
		for _, nc := range []int{2, 1} { // in any order
			if a := signed(t, http.DefaultClient, target, c, nc, nil); a.status != http.StatusOK {
				t.Errorf("count %d got %d", nc, a.status)
			}
		}
		if !challengeOf(t, signed(t, http.DefaultClient, target, c, 2, nil)).Stale {
			t.Error("not stale")
		}
	})
}

// Its memory is bounded, so a nonce does not remember every count.
func TestNonceIsUsedAsOftenAsAClientLikes(t *testing.T) {
	t.Parallel()
	client := inMemory(t, sandbox.New(orders(1)))
	const target = "http://atlas" + connectionsPath
	c := challengeOf(t, do(t, client, http.MethodGet, target, nil, acceptVersion.Clone()))
	for nc := 1; nc <= 1000; nc++ {
		if a := signed(t, client, target, c, nc, nil); a.status != http.StatusOK {
			t.Fatalf("count %d got %d", nc, a.status)
		}
	}
	for _, nc := range []int{1, 500, 1000} {
		if !challengeOf(t, signed(t, client, target, c, nc, nil)).Stale {
			t.Errorf("count %d was accepted twice", nc)
		}
	}
}

func TestNonceExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := inMemory(t, sandbox.New(orders(1), sandbox.WithNonceLifetime(time.Minute)))
		target := "http://atlas" + connectionsPath
		c := challengeOf(t, do(t, client, http.MethodGet, target, nil, acceptVersion.Clone()))
		time.Sleep(time.Minute - time.Nanosecond)
		if a := signed(t, client, target, c, 1, nil); a.status != http.StatusOK {
			t.Errorf("just before it expires, the nonce got %d", a.status)
		}
		time.Sleep(time.Nanosecond)
		if !challengeOf(t, signed(t, client, target, c, 2, nil)).Stale {
			t.Error("when it expires, the nonce is not stale")
		}
	})
}
