package sandbox

import (
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
	"time"
)

// Credentials are the secrets of one account, for each way to sign in.
type Credentials struct {
	ClientID, ClientSecret string
	AccessToken            string
	PublicKey, PrivateKey  string
}

// DefaultCredentials sign in and may read everything.
func DefaultCredentials() Credentials {
	return Credentials{ //nolint:gosec // They are no secret.
		ClientID:     "mdb_sa_id_5a0db0c50000000000000001",
		ClientSecret: "mdb_sa_sk_Sandbox0reader0secret0not0for0Atlas0001",
		AccessToken:  "sandbox.reader.access.token.not.for.Atlas.0001",
		PublicKey:    "sbreader",
		PrivateKey:   "5a0db0c5-0000-4000-8000-000000000001",
	}
}

// CredentialsWithoutRole sign in, but lack the role to read anything: each resource answers 403.
func CredentialsWithoutRole() Credentials {
	return Credentials{ //nolint:gosec // They are no secret.
		ClientID:     "mdb_sa_id_5a0db0c50000000000000002",
		ClientSecret: "mdb_sa_sk_Sandbox0norole0secret0not0for0Atlas0002",
		AccessToken:  "sandbox.norole.access.token.not.for.Atlas.0002",
		PublicKey:    "sbnorole",
		PrivateKey:   "5a0db0c5-0000-4000-8000-000000000002",
	}
}

// CredentialsOffAccessList sign in, but from an address that is not on their IP access list: each resource answers 403.
func CredentialsOffAccessList() Credentials {
	return Credentials{ //nolint:gosec // They are no secret.
		ClientID:     "mdb_sa_id_5a0db0c50000000000000003",
		ClientSecret: "mdb_sa_sk_Sandbox0nolist0secret0not0for0Atlas0003",
		AccessToken:  "sandbox.nolist.access.token.not.for.Atlas.0003",
		PublicKey:    "sbnolist",
		PrivateKey:   "5a0db0c5-0000-4000-8000-000000000003",
	}
}

// account is someone who can sign in. refuse, if set, answers each request of theirs.
type account struct {
	Credentials
	refuse func(*http.Request) response
}

func defaultAccounts() []account {
	return []account{
		{Credentials: DefaultCredentials()},
		{Credentials: CredentialsWithoutRole(), refuse: func(*http.Request) response {
			return apiError(http.StatusForbidden, "", "")
		}},
		{Credentials: CredentialsOffAccessList(), refuse: func(r *http.Request) response {
			address, _, _ := net.SplitHostPort(r.RemoteAddr)
			return apiErrorWith(http.StatusForbidden, "IP_ADDRESS_NOT_ON_ACCESS_LIST",
				"IP address "+address+" is not allowed to access this resource.", address)
		}},
	}
}

// signIn returns the account of the request, or the answer that refuses it.
func (x *exchange) signIn() (*account, *response) {
	authorization := x.r.Header.Get("Authorization")
	scheme, rest, _ := strings.Cut(authorization, " ")
	var res response
	switch strings.ToLower(scheme) {
	case "bearer":
		if a := x.bearer(rest); a != nil {
			return a, nil
		}
		res = apiError(http.StatusUnauthorized, "", "")
		res.header.Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="The access token is invalid, expired or revoked."`)
	case "digest":
		a, stale := x.digest(authorization)
		if a != nil {
			return a, nil
		}
		res = x.challenge(stale)
	default:
		res = x.challenge(false)
	}
	return nil, &res
}

func (x *exchange) bearer(token string) *account {
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
	return nil
}

// forgetSignIn makes what the request signs in with invalid.
func (x *exchange) forgetSignIn() {
	authorization := x.r.Header.Get("Authorization")
	scheme, token, _ := strings.Cut(authorization, " ")
	x.mu.Lock()
	defer x.mu.Unlock()
	switch strings.ToLower(scheme) {
	case "bearer":
		x.revokeLocked(token)
	case "digest":
		x.forgetNonceLocked(authorization)
	}
}

// equal compares a credential, of which an empty one fits nothing.
func equal(want, got string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}
