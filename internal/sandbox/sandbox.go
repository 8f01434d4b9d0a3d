// Package sandbox serves the part of the Atlas Administration API that reads stream processing instances, connections,
// processors, and private links, from memory.
//
// What these are comes from openapi.json, which is MongoDB's description of the API without its text. The JSON Schema of the data
// derives from it.
//
// It serves a [Data] document, with all three ways to sign in (service account, access token, API key), and with the pages,
// versions, limits, and errors of the real API. Faults are repeatable: an [Answer] replaces or changes one answer, and a list
// of them is a script.
//
// The sandbox never changes its data, does not limit the rate of requests, and does not serve TLS. Every other part of the API
// answers 404. The provider does not import this package.
package sandbox

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// Sandbox is an http.Handler that serves the Atlas Administration API from memory. It starts no goroutines and uses only the
// clock of package time, so that it also runs in virtual time.
type Sandbox struct {
	projects      map[string]*project
	accounts      []account
	tokenLifetime time.Duration
	nonceLifetime time.Duration
	onlyLoopback  bool // whether to refuse other hosts

	logMu sync.Mutex
	log   io.Writer

	mu       sync.Mutex // guards what follows, and all scripts
	tokens   map[string]issuedToken
	revoked  map[string]bool // access tokens of accounts
	nonces   map[string]*nonce
	issued   []*nonce   // the same, in the order of their issue
	requests []*Request // the last ones
	arrivals int        // of all requests
	counts   counts
	gateway  script
	token    script
	revoke   script
}

// New returns a sandbox that serves data, whose slices must not change afterwards. It panics if a fault does not exist, which
// Load prevents.
func New(data *Data, opts ...Option) *Sandbox {
	s := &Sandbox{
		projects: map[string]*project{},
		accounts: []account{
			{Credentials: DefaultCredentials()},
			{CredentialsWithoutRole(), http.StatusUnauthorized, "USER_UNAUTHORIZED", ""},
			{CredentialsOffAccessList(), http.StatusForbidden, "IP_ADDRESS_NOT_ON_ACCESS_LIST", ""},
			{CredentialsWithoutProcessorRole(), http.StatusUnauthorized, "USER_UNAUTHORIZED", EndpointProcessors},
		},
		tokenLifetime: time.Hour,
		nonceLifetime: 5 * time.Minute,
		tokens:        map[string]issuedToken{},
		revoked:       map[string]bool{},
		nonces:        map[string]*nonce{},
		counts:        counts{Tally: Tally{Refused: map[int]int{}}},
	}
	if data != nil {
		for id, p := range data.Projects {
			s.projects[id] = newProject(id, p)
		}
	}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

// ServeHTTP answers one request.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{Sandbox: s, w: w, r: r, version: oldestVersion}
	endpoint, method, handle := x.find()
	x.record = newRequest(r, endpoint)
	s.arrived(x.record)
	if s.onlyLoopback && !isLoopback(r.Host) {
		x.send(misdirected(r.Host))
		return
	}
	answer := func() response {
		if method != "" && r.Method != method {
			res := x.refuse(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED")
			res.header.Set("Allow", method)
			return res
		}
		return handle()
	}
	if endpoint == EndpointToken || endpoint == EndpointRevoke {
		x.send(answer())
		return
	}
	x.send(x.through(&s.gateway, x.scriptedError, func(Answer) response {
		var refusal *response
		if x.account, refusal = x.authenticate(); refusal != nil {
			return *refusal
		}
		return answer()
	}))
}

// Option changes a sandbox.
type Option func(*Sandbox)

// OnlyLoopbackHosts refuses requests for other hosts than localhost and loopback addresses. A web page could otherwise read the
// data, through a name of its own that leads to this machine.
func OnlyLoopbackHosts() Option {
	return func(s *Sandbox) { s.onlyLoopback = true }
}

// WithCredentials replaces DefaultCredentials. Requests with an empty credential are rejected.
func WithCredentials(c Credentials) Option {
	return func(s *Sandbox) { s.accounts[0].Credentials = c }
}

// WithTokenLifetime sets the lifetime of the tokens that the token endpoint issues. The default is an hour.
func WithTokenLifetime(d time.Duration) Option {
	return func(s *Sandbox) { s.tokenLifetime = d }
}

// WithNonceLifetime sets the lifetime of the nonces in digest challenges. The default is five minutes.
func WithNonceLifetime(d time.Duration) Option {
	return func(s *Sandbox) { s.nonceLifetime = d }
}

// WithTokenAnswers sets the script of the token endpoint.
func WithTokenAnswers(answers ...Answer) Option {
	return func(s *Sandbox) { s.token.answers = answers }
}

// WithRevokeAnswers sets the script of the endpoint that revokes a token.
func WithRevokeAnswers(answers ...Answer) Option {
	return func(s *Sandbox) { s.revoke.answers = answers }
}

// WithGateway sets the script of a proxy or a load balancer in front of the resources. Each request gets its next answer,
// authenticated or not, except those for the token and revoke endpoints.
func WithGateway(answers ...Answer) Option {
	return func(s *Sandbox) { s.gateway.answers = answers }
}

// WithRequestLog writes each request to w as one line of JSON, without secrets.
func WithRequestLog(w io.Writer) Option {
	return func(s *Sandbox) { s.log = w }
}
