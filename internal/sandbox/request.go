package sandbox

import (
	"encoding/json"
	"maps"
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

// Request is the record of a request. It never contains a secret, and at most 2 KiB of what the client sent: longer texts end
// with "…", and further parameters are missing.
type Request struct {
	// Time is when the request arrived.
	Time time.Time `json:"time"`
	// Endpoint is one of the Endpoint constants.
	Endpoint string `json:"endpoint"`
	Method   string `json:"method"`
	// Path is the escaped path.
	Path string `json:"path"`
	// Query contains the parameters. The values of parameters that the API does not have are "REDACTED".
	Query     url.Values `json:"query,omitempty"`
	Accept    string     `json:"accept,omitempty"`
	UserAgent string     `json:"userAgent,omitempty"`
	// AuthScheme is the scheme of the Authorization header: "basic", "bearer", "digest", "other", or empty without one.
	AuthScheme string `json:"authScheme,omitempty"`
	// Status is the status of the answer, or zero if there is none (yet).
	Status int `json:"status"`
}

var knownParameters = []string{"itemsPerPage", "pageNum", "envelope", "pretty", "includeCount", "includeConnections"}

// keptBytes is how much of one request is kept: several times as much as a client of the API sends.
const keptBytes = 2 << 10

// newRequest returns the record of a request. A client chooses how long its parts are, so the record contains copies of at most
// keptBytes in all, which keep nothing else of the request in memory.
func newRequest(r *http.Request, endpoint string) *Request {
	left := keptBytes
	keep := func(text string) string {
		if len(text) > left {
			text = strings.ToValidUTF8(text[:left], "") + "…"
		}
		left = max(0, left-len(text))
		return strings.Clone(text)
	}
	record := &Request{
		Time:       time.Now(),
		Endpoint:   endpoint,
		Method:     keep(r.Method),
		Path:       keep(r.URL.EscapedPath()),
		Accept:     keep(r.Header.Get("Accept")),
		UserAgent:  keep(r.UserAgent()),
		AuthScheme: authScheme(r.Header.Get("Authorization")),
	}
	query := r.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		known := slices.Contains(knownParameters, name)
		kept := keep(name)
		for _, value := range query[name] {
			if left -= 32; left <= 0 { // An empty value takes memory too.
				return record
			}
			if known {
				value = keep(value)
			} else {
				value = "REDACTED"
			}
			if record.Query == nil {
				record.Query = url.Values{}
			}
			record.Query.Add(kept, value)
		}
	}
	return record
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
func (x *exchange) answered(status int) {
	x.mu.Lock()
	x.record.Status = status
	if status != 0 && x.broken == "" {
		x.counts.add(x.record, x.foreign)
	}
	line, err := json.Marshal(x.record)
	x.mu.Unlock()
	if x.log == nil || err != nil {
		return
	}
	x.logMu.Lock()
	defer x.logMu.Unlock()
	_, _ = x.log.Write(append(line, '\n')) // a failed log must not fail the request
}
