package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The endpoints that a Request names.
const (
	EndpointConnections  = "connections"  // the connections of an instance
	EndpointConnection   = "connection"   // one connection
	EndpointInstances    = "instances"    // the instances of a project
	EndpointInstance     = "instance"     // one instance
	EndpointProcessors   = "processors"   // the processors of an instance
	EndpointPrivateLinks = "privateLinks" // the private links of a project
	EndpointToken        = "token"
	EndpointRevoke       = "revoke"
	EndpointOther        = "other"
)

// Request is the record of a request. It never contains a secret.
type Request struct {
	// Time is when the request arrived.
	Time time.Time `json:"time"`
	// Endpoint is one of the Endpoint constants.
	Endpoint string `json:"endpoint"`
	Method   string `json:"method"`
	// Path is the escaped path.
	Path string `json:"path"`
	// Query contains every parameter. The values of parameters that the API does not have are "REDACTED".
	Query     url.Values `json:"query,omitempty"`
	Accept    string     `json:"accept,omitempty"`
	UserAgent string     `json:"userAgent,omitempty"`
	// AuthScheme is the scheme of the Authorization header: "basic", "bearer", "digest", "other", or empty without one.
	AuthScheme string `json:"authScheme,omitempty"`
	// Status is the status of the answer, or zero if there is none (yet).
	Status int `json:"status"`
}

var knownParameters = []string{"itemsPerPage", "pageNum", "envelope", "pretty", "includeCount", "includeConnections"}

func newRequest(r *http.Request, endpoint string) *Request {
	query := r.URL.Query()
	for name, values := range query {
		if !slices.Contains(knownParameters, name) {
			for i := range values {
				values[i] = "REDACTED"
			}
		}
	}
	return &Request{
		Time:       time.Now(),
		Endpoint:   endpoint,
		Method:     r.Method,
		Path:       r.URL.EscapedPath(),
		Query:      query,
		Accept:     r.Header.Get("Accept"),
		UserAgent:  r.UserAgent(),
		AuthScheme: authScheme(r.Header.Get("Authorization")),
	}
}

func authScheme(authorization string) string {
	if authorization == "" {
		return ""
	}
	scheme, _, _ := strings.Cut(authorization, " ")
	switch scheme = strings.ToLower(scheme); scheme {
	case "basic", "bearer", "digest":
		return scheme
	default:
		return "other" // a token in its place must not reach the log
	}
}

// keptRequests limits the memory of a sandbox that serves for a long time.
const keptRequests = 10_000

// Requests returns the last 10,000 requests in the order of their arrival.
func (s *Sandbox) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := make([]Request, len(s.requests))
	for i, r := range s.requests {
		requests[i] = *r
	}
	return requests
}

// arrived records a request before anything else happens, so that Requests returns the order of arrival.
func (s *Sandbox) arrived(r *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrivals++
	s.requests = append(s.requests, r)
	s.requests = s.requests[max(0, len(s.requests)-keptRequests):]
}

// answered completes the record. It runs before the first byte of the answer, so that a client that received an answer finds
// the record.
func (s *Sandbox) answered(r *Request, status int) {
	s.mu.Lock()
	r.Status = status
	line, err := json.Marshal(r)
	s.mu.Unlock()
	if s.log == nil || err != nil {
		return
	}
	s.logMu.Lock()
	defer s.logMu.Unlock()
	_, _ = s.log.Write(append(line, '\n')) // a failed log must not fail the request
}
