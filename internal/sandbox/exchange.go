package sandbox

import (
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// response is an answer before it is sent.
type response struct {
	status int
	header http.Header
	body   []byte
}

// exchange is one request and its answer.
type exchange struct {
	*Sandbox
	w      http.ResponseWriter
	r      *http.Request
	record *Request

	account                             *account // that is signed in
	foreign                             bool     // whether the credentials are not those of the sandbox
	groupID, tenantName, connectionName string   // from the path, unescaped
	version                             string   // of the resource

	delay  time.Duration
	broken Break
}

var resources = regexp.MustCompile(`^/api/atlas/v2/groups/([^/]+)/streams(?:/([^/]+)(/processors|/connections(?:/([^/]+))?)?)?$`)

// find returns the endpoint of the path. Unlike Atlas, an http.ServeMux would redirect a path that is not clean, which would
// hide the mistake of a client.
func (x *exchange) find() (endpoint, method string, handle func() response) {
	path := x.r.URL.EscapedPath()
	switch path {
	case "/api/oauth/token":
		return EndpointToken, http.MethodPost, x.issueToken
	case "/api/oauth/revoke":
		return EndpointRevoke, http.MethodPost, x.revokeToken
	}
	match := resources.FindStringSubmatch(path)
	if match == nil {
		return EndpointOther, "", func() response { return x.refuse(http.StatusNotFound, "RESOURCE_NOT_FOUND") }
	}
	x.groupID, _ = url.PathUnescape(match[1]) // cannot fail: EscapedPath is a valid encoding
	x.tenantName, _ = url.PathUnescape(match[2])
	x.connectionName, _ = url.PathUnescape(match[4])
	switch {
	case match[2] == "":
		return EndpointInstances, http.MethodGet, x.listInstances
	case match[2] == "privateLinkConnections" && match[3] == "": // An instance of this name cannot be read.
		return EndpointPrivateLinks, http.MethodGet, x.listPrivateLinks
	case match[3] == "":
		return EndpointInstance, http.MethodGet, x.getInstance
	case match[3] == "/processors":
		x.version = processorVersion
		return EndpointProcessors, http.MethodGet, x.listProcessors
	case match[4] == "":
		return EndpointConnections, http.MethodGet, x.listConnections
	default:
		return EndpointConnection, http.MethodGet, x.getConnection
	}
}

// through returns the answer to the request, which the next answer of a script replaces or changes.
func (x *exchange) through(s *script, failure, normal func(Answer) response) response {
	x.mu.Lock()
	a := s.next()
	x.mu.Unlock()

	x.delay += time.Duration(a.Delay)
	if a.Break != "" {
		x.broken = a.Break
	}
	if a.Revoke {
		x.revokeCredentials()
	}
	var res response
	switch {
	case !a.replaces():
		res = normal(a)
		if a.Status != 0 {
			res.status = a.Status
		}
	case a.Status >= http.StatusBadRequest:
		res = failure(a)
	default:
		res = response{status: a.Status, header: http.Header{}}
	}
	a.alter(&res, x.mediaType())
	return res
}

// alter applies the headers and the body of an answer, which has this media type by default.
func (a *Answer) alter(res *response, mediaType string) {
	if a.Redirect != "" {
		res.header.Set("Location", a.Redirect)
		if res.status == 0 {
			res.status = http.StatusFound
		}
	}
	if a.Body != nil {
		res.body = []byte(*a.Body)
		res.header.Del("X-Error-Code")
		if res.status == 0 {
			res.status = http.StatusOK
		}
		if res.header.Get("Content-Type") == "" {
			res.header.Set("Content-Type", mediaType)
		}
	}
	for name, value := range a.Headers {
		if value == "" {
			res.header[http.CanonicalHeaderKey(name)] = nil // with nil, net/http does not add its own
			continue
		}
		res.header.Set(name, value)
	}
}

// send sends the answer, or fails, after the delay of the script.
func (x *exchange) send(res response) {
	if !x.wait() || x.broken != "" && !x.broken.inBody() {
		x.answered(0)
		x.fail()
		return
	}
	x.answered(res.status)
	header := x.w.Header()
	maps.Copy(header, res.header)
	if header.Get("Content-Length") == "" && res.status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(res.body)))
	}
	x.w.WriteHeader(res.status)
	if x.broken != "" {
		_, _ = x.w.Write(res.body[:len(res.body)/2])
		_ = http.NewResponseController(x.w).Flush()
		x.fail()
		return
	}
	_, _ = x.w.Write(res.body) // fails only if the client has left
}

// wait waits for the delay, and reports whether the client is still connected.
func (x *exchange) wait() bool {
	if x.delay <= 0 {
		return true
	}
	select {
	case <-time.After(x.delay):
		return true
	case <-x.r.Context().Done():
		return false
	}
}

// fail ends the exchange without a complete answer.
func (x *exchange) fail() {
	switch x.broken { //nolint:exhaustive // for the others, the panic is enough
	case Stall, StallInBody:
		<-x.r.Context().Done()
	case Reset, ResetInBody:
		if conn, _, err := http.NewResponseController(x.w).Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // closing then sends a reset
			}
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}
