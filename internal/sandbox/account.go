package sandbox

import (
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/icholy/digest"
)

// Credentials are the secrets of one account, for each way to sign in.
type Credentials struct {
	ClientID, ClientSecret string
	AccessToken            string
	PublicKey, PrivateKey  string
}

// DefaultCredentials returns credentials that can read everything. They are public, because this file is.
func DefaultCredentials() Credentials {
	return Credentials{ //nolint:gosec // They are no secret.
		ClientID:     "mdb_sa_id_5a0db0c50000000000000001",
		ClientSecret: "mdb_sa_sk_Sandbox0reader0secret0not0for0Atlas0001",
		AccessToken:  "sandbox.reader.access.token.not.for.Atlas.0001",
		PublicKey:    "sbreader",
		PrivateKey:   "5a0db0c5-0000-4000-8000-000000000001",
	}
}

// RandomCredentials returns credentials that look like DefaultCredentials, and that nobody else knows.
func RandomCredentials() Credentials {
	const digits, letters = "0123456789abcdef", "abcdefghijklmnop" // 16 each, so that every one is equally likely
	draw := func(n int, alphabet string) string {
		text := make([]byte, n)
		_, _ = rand.Read(text) // never fails
		for i, b := range text {
			text[i] = alphabet[int(b)%len(alphabet)]
		}
		return string(text)
	}
	return Credentials{
		ClientID:     "mdb_sa_id_" + draw(24, digits),
		ClientSecret: "mdb_sa_sk_Sandbox0" + draw(31, digits),
		AccessToken:  "sandbox." + draw(32, digits) + ".not.for.Atlas",
		PublicKey:    "sb" + draw(6, letters),
		PrivateKey:   draw(8, digits) + "-" + draw(4, digits) + "-4" + draw(3, digits) + "-8" + draw(3, digits) + "-" + draw(12, digits),
	}
}

// CredentialsWithoutRole returns credentials of an account without a role: each resource answers 401 USER_UNAUTHORIZED.
func CredentialsWithoutRole() Credentials {
	return Credentials{ //nolint:gosec // They are no secret.
		ClientID:     "mdb_sa_id_5a0db0c50000000000000002",
		ClientSecret: "mdb_sa_sk_Sandbox0norole0secret0not0for0Atlas0002",
		AccessToken:  "sandbox.norole.access.token.not.for.Atlas.0002",
		PublicKey:    "sbnorole",
		PrivateKey:   "5a0db0c5-0000-4000-8000-000000000002",
	}
}

// CredentialsOffAccessList returns credentials whose IP access list does not contain the address of the client: each resource
// answers 403.
func CredentialsOffAccessList() Credentials {
	return Credentials{ //nolint:gosec // They are no secret.
		ClientID:     "mdb_sa_id_5a0db0c50000000000000003",
		ClientSecret: "mdb_sa_sk_Sandbox0nolist0secret0not0for0Atlas0003",
		AccessToken:  "sandbox.nolist.access.token.not.for.Atlas.0003",
		PublicKey:    "sbnolist",
		PrivateKey:   "5a0db0c5-0000-4000-8000-000000000003",
	}
}

// CredentialsWithoutProcessorRole returns credentials of an account with a role that only reads: the list of processors answers
// 401 USER_UNAUTHORIZED.
func CredentialsWithoutProcessorRole() Credentials {
	return Credentials{ //nolint:gosec // They are no secret.
		ClientID:     "mdb_sa_id_5a0db0c50000000000000004",
		ClientSecret: "mdb_sa_sk_Sandbox0noproc0secret0not0for0Atlas0004",
		AccessToken:  "sandbox.noproc.access.token.not.for.Atlas.0004",
		PublicKey:    "sbnoproc",
		PrivateKey:   "5a0db0c5-0000-4000-8000-000000000004",
	}
}

// account is an account that can sign in. If it has a status and a code, they are the answer to each of its requests, or only to
// those for one endpoint.
type account struct {
	Credentials
	status   int
	code     string
	endpoint string
}

// mayRead reports whether the account can read an endpoint.
func (a *account) mayRead(endpoint string) bool {
	return a.code == "" || a.endpoint != "" && a.endpoint != endpoint
}

// authenticate returns the account that signed the request, or the answer that rejects the request.
func (x *exchange) authenticate() (*account, *response) {
	var a *account
	stale := false
	switch x.record.AuthScheme {
	case "bearer":
		a = x.bearer()
	case "digest":
		a, stale = x.digest()
	}
	if a == nil {
		return nil, new(x.unauthorized("", stale))
	}
	return a, nil
}

// unauthorized rejects the credentials of a request. An empty detail becomes that of Atlas. Unlike other errors, the answer is
// indented, and has neither parameters nor a header with the code.
func (x *exchange) unauthorized(detail string, stale bool) response {
	detail = cmp.Or(detail, "You are not authorized for this resource.")
	body := fmt.Sprintf("{\n  \"error\" : 401,\n  \"reason\" : \"Unauthorized\",\n  \"detail\" : %s,\n  \"errorCode\" : %q\n}",
		encoded(detail), unexpectedError)
	challenge := `Bearer error="invalid_token", error_description="The access token is invalid, expired or revoked."`
	if x.record.AuthScheme != "bearer" {
		challenge = x.challenge(stale)
	}
	header := http.Header{"Content-Type": {"application/json"}, "Www-Authenticate": {challenge}}
	return response{http.StatusUnauthorized, header, []byte(body)}
}

// address returns the IP address of the client.
func (x *exchange) address() string {
	if host, _, err := net.SplitHostPort(x.r.RemoteAddr); err == nil {
		return host
	}
	return "192.0.2.1" // connections in memory have no address
}

// accessToken returns the token of a request with the scheme Bearer.
func (x *exchange) accessToken() string {
	_, token, _ := strings.Cut(x.r.Header.Get("Authorization"), " ")
	return token
}

// bearer returns the account of the access token.
func (x *exchange) bearer() *account {
	token := x.accessToken()
	x.mu.Lock()
	defer x.mu.Unlock()
	if issued, ok := x.tokens[token]; ok {
		if time.Now().Before(issued.expires) {
			return issued.account
		}
		return nil
	}
	if x.revoked[token] {
		return nil
	}
	for i := range x.accounts {
		if equal(x.accounts[i].AccessToken, token) {
			return &x.accounts[i]
		}
	}
	x.foreign = true
	return nil
}

// revokeCredentials makes the token or the nonce of the request invalid.
func (x *exchange) revokeCredentials() {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch x.record.AuthScheme {
	case "bearer":
		x.revokeLocked(x.accessToken())
	case "digest":
		if got, err := digest.ParseCredentials(x.r.Header.Get("Authorization")); err == nil {
			delete(x.nonces, got.Nonce)
		}
	}
}

// equal compares two credentials. An empty one never matches.
func equal(want, got string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}
