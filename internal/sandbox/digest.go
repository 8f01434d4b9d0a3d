package sandbox

import (
	"crypto/rand"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/icholy/digest"
)

// realm is the realm of Atlas's challenge.
const realm = "MMS Public API"

// nonce is the nonce of one challenge, with the counts of the requests that used it. Parallel requests arrive in any order, so
// it keeps every count, not only the highest.
type nonce struct {
	expires time.Time
	seen    map[int]bool
}

// challenge returns a challenge with a new nonce.
func (x *exchange) challenge(stale bool) string {
	value := rand.Text()
	now := time.Now()
	x.mu.Lock()
	maps.DeleteFunc(x.nonces, func(_ string, n *nonce) bool { return !now.Before(n.expires) })
	x.nonces[value] = &nonce{expires: now.Add(x.nonceLifetime), seen: map[int]bool{}}
	x.mu.Unlock()
	return fmt.Sprintf(`Digest realm="%s", domain="", nonce="%s", algorithm=MD5, qop="auth", stale=%t`, realm, value, stale)
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

// countNonce reports whether the sandbox issued the nonce, it has not expired, and it was not used with this count before.
func (x *exchange) countNonce(got *digest.Credentials) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := x.nonces[got.Nonce]
	if n == nil || !time.Now().Before(n.expires) || n.seen[got.Nc] {
		return false
	}
	n.seen[got.Nc] = true
	return true
}
