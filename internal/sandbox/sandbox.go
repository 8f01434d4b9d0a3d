package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"
)

// Sandbox is an Atlas Administration API in memory. It is an http.Handler, starts no goroutine, and tells the time by
// time.Now and timers alone, so that it also runs in virtual time.
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
	requests []*Request // the newest
	arrivals int        // of all requests
	gateway  script
	token    script
	revoke   script
}

type project struct {
	script
	instances map[string]*instance
}

type instance struct {
	script
	connections []json.RawMessage
}

// New returns a sandbox that serves data. The slices of data must not change afterwards. It panics at a fault that does
// not exist, which Load does not let through.
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
		s.load(data)
	}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

func (s *Sandbox) load(data *Data) {
	for id, p := range data.Projects {
		served := &project{script: script{answers: p.Answers}, instances: map[string]*instance{}}
		for name, i := range p.Instances {
			serving := &instance{script: script{answers: i.Answers}, connections: withoutSecrets(i.Results)}
			if i.Fault != "" {
				serving.script = i.Fault.script(serving.connections)
			}
			served.instances[name] = serving
		}
		s.projects[id] = served
	}
}

// ServeHTTP answers one request.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{Sandbox: s, w: w, r: r}
	endpoint, method, handle := x.find()
	x.record = newRequest(r, endpoint)
	s.arrived(x.record)
	answer := func(Answer) response {
		if method != "" && r.Method != method {
			return methodNotAllowed(r.Method, method)
		}
		return handle()
	}
	if endpoint == EndpointToken || endpoint == EndpointRevoke {
		x.send(answer(Answer{}))
		return
	}
	x.send(x.through(&s.gateway, apiError, answer))
}
