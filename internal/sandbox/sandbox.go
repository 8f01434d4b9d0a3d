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

	logMu sync.Mutex
	log   io.Writer

	mu       sync.Mutex // guards what follows, and all scripts
	tokens   map[string]issuedToken
	revoked  map[string]bool // access tokens of accounts
	nonces   map[string]*nonce
	requests []*Request // the last ones
	arrivals int        // of all requests
	gateway  script
	token    script
	revoke   script
}

// New returns a sandbox that serves data, whose slices must not change afterwards. It panics if a fault does not exist, which
// Load prevents.
func New(data *Data, opts ...Option) *Sandbox {
	s := &Sandbox{
		projects:      map[string]*project{},
		accounts:      defaultAccounts(),
		tokenLifetime: time.Hour,
		nonceLifetime: 5 * time.Minute,
		tokens:        map[string]issuedToken{},
		revoked:       map[string]bool{},
		nonces:        map[string]*nonce{},
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
	x := &exchange{Sandbox: s, w: w, r: r}
	endpoint, method, handle := x.find()
	x.record = newRequest(r, endpoint)
	s.arrived(x.record)
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
