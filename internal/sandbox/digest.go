package sandbox

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/icholy/digest"
)

// realm is the realm of Atlas's challenge.
const realm = "MMS Public API"

// keptNonces is how many nonces are valid at a time. A new one replaces the oldest, whose client then gets a new challenge.
const keptNonces = 10_000

// nonce is the nonce of one challenge.
type nonce struct {
	value   string
	expires time.Time
	// seen contains, for each remainder of the division by its length, the last count of a request that used the nonce. Parallel
	// requests arrive in any order, so the highest count is not enough, and a set of all counts would grow with each request.
	seen []int
}

// challenge returns a challenge with a new nonce.
func (x *exchange) challenge(stale bool) string {
	now := time.Now()
	n := &nonce{value: rand.Text(), expires: now.Add(x.nonceLifetime)}
	x.mu.Lock()
	// All nonces have the same lifetime, so they expire in the order in which they were issued.
	for len(x.issued) > 0 && (len(x.issued) >= keptNonces || !now.Before(x.issued[0].expires)) {
		delete(x.nonces, x.issued[0].value)
		x.issued = x.issued[1:]
	}
	x.nonces[n.value], x.issued = n, append(x.issued, n)
	x.mu.Unlock()
	return fmt.Sprintf(`Digest realm="%s", domain="", nonce="%s", algorithm=MD5, qop="auth", stale=%t`, realm, n.value, stale)
}

// digest returns the account whose key signed the request. It is stale if a key signed the request with an unknown or expired
// nonce.
func (x *exchange) digest() (a *account, stale bool) {
	got, err := digest.ParseCredentials(x.r.Header.Get("Authorization"))
	if err != nil || !x.fits(got) {
		return nil, false
	}
	for i := range x.accounts {
		if equal(x.accounts[i].PublicKey, got.Username) {
			a = &x.accounts[i]
		}
	}
	if a == nil || !signedBy(a, x.r.Method, got) {
		x.foreign = true
		return nil, false
	}
	if !x.countNonce(got) {
		return nil, true
	}
	return a, false
}

// fits reports whether the parameters of the digest response match the challenge and the request.
func (x *exchange) fits(got *digest.Credentials) bool {
	return got.Realm == realm && got.QOP == "auth" && got.Cnonce != "" && got.Nc > 0 &&
		(got.Algorithm == "" || strings.EqualFold(got.Algorithm, "MD5")) && got.URI == x.r.URL.RequestURI()
}

func signedBy(a *account, method string, got *digest.Credentials) bool {
	want, err := digest.Digest(
		&digest.Challenge{Realm: realm, Nonce: got.Nonce, Algorithm: "MD5", QOP: []string{"auth"}},
		digest.Options{
			Method: method, URI: got.URI, Count: got.Nc, Cnonce: got.Cnonce, Username: a.PublicKey, Password: a.PrivateKey,
		})
	return err == nil && equal(want.Response, got.Response)
}

// countNonce reports whether the sandbox issued the nonce, it has not expired, and it was not used with this count before. A
// count that is lower than others by more than the number of remainders is refused too, and its client gets a new nonce.
func (x *exchange) countNonce(got *digest.Credentials) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := x.nonces[got.Nonce]
	if n == nil || !time.Now().Before(n.expires) {
		return false
	}
	if n.seen == nil {
		n.seen = make([]int, 256)
		x.counts.challenged++
	}
	last := &n.seen[got.Nc%len(n.seen)]
	if got.Nc <= *last {
		return false
	}
	*last = got.Nc
	return true
}
