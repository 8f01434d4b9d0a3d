package simulation

import (
	"context"
	"crypto/md5" //nolint:gosec // what Atlas uses
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Names of the project and of the instance that has the connections.
const (
	projectID    = "5f0123456789abcdef012345"
	mainInstance = "orders"
	address      = "127.0.0.1:1234"
	latency      = 100 * time.Millisecond
)

// all returns the things in h and the main instance.
func (h History) all(kind Kind) []Thing {
	var things []Thing
	if kind == Instance {
		things = append(things, Thing{Kind: Instance, Name: mainInstance, ID: hash(mainInstance)})
	}
	for _, c := range h.Things {
		if c.Kind == kind {
			things = append(things, c)
		}
	}
	return things
}

// listed returns what a listing contains at a moment, in the order of Atlas.
func (h History) listed(kind Kind, at time.Duration) []Thing {
	var things []Thing
	for _, c := range h.all(kind) {
		if c.existsAt(h.Lag.seen(h.Lag.List, at)) {
			things = append(things, c)
		}
	}
	if turn := h.Listing.Turn; turn > 0 && int(at/turn)%2 == 1 {
		slices.Reverse(things)
	}
	return things
}

// found returns what a read by name finds at a moment.
func (h History) found(kind Kind, name string, at time.Duration) (Thing, bool) {
	for _, c := range h.all(kind) {
		if norm.NFC.String(c.Name) == norm.NFC.String(name) && c.existsAt(h.Lag.seen(h.Lag.ByName, at)) {
			return c, true
		}
	}
	return Thing{}, false
}

// seen returns the moment that a read sees which lags by lag.
func (l Lag) seen(lag, at time.Duration) time.Duration {
	if l.Ends > 0 && at >= l.Ends {
		return at
	}
	return at - lag
}

// Request is a request that Atlas received.
type Request struct {
	Block         int
	Op            Operation
	URL           string
	At, End       time.Duration
	Status        int    // zero if no answer was sent
	Fault         string // what went wrong
	Asked         time.Duration
	Code          string // error code of the answer
	Challenges    bool   // whether the answer asks for a digest
	Signed        bool   // whether it carried valid credentials
	Reused        bool   // whether its connection had carried another request
	Authorization string
	Results       int  // of a page
	Count         *int // totalCount of a page
}

// IssuedToken is a token that Atlas issued.
type IssuedToken struct {
	Value           string
	Block           int
	Issued, Expires time.Duration
	Revoked         bool
	RevokedAt       time.Duration
	Received        time.Duration // when its answer had been sent
	arrived         bool
}

// validAt reports whether Atlas accepts the token at a moment.
func (k *IssuedToken) validAt(at time.Duration, s Signing) bool {
	revoked := k.Revoked && k.RevokedAt <= at || s.RevokedAt > 0 && k.Issued < s.RevokedAt && s.RevokedAt <= at
	return k.arrived && at < k.Expires && !revoked
}

// atlas is an Atlas that answers as History says.
type atlas struct {
	history History
	start   time.Time

	mu       sync.Mutex
	requests []*Request
	tokens   []*IssuedToken
	nonces   map[string]int // uses of each
	seen     []int          // requests that each fault could have hit
	hits     [][]*Request   // and those that it did hit
}

func newAtlas(h History) *atlas {
	return &atlas{
		history: h, start: time.Now(), nonces: map[string]int{},
		seen: make([]int, len(h.Faults)), hits: make([][]*Request, len(h.Faults)),
	}
}

func (a *atlas) now() time.Duration { return time.Since(a.start) }

type connKey struct{}

// ServeHTTP answers a request of the block that its connection belongs to.
func (a *atlas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, _ := r.Context().Value(connKey{}).(*serverConn)
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	req := &Request{
		Block: conn.block, Reused: conn.used, Op: operationOf(r.URL.Path), URL: r.URL.String(), At: a.now(),
		Authorization: r.Header.Get("Authorization"),
	}
	conn.used = true
	a.mu.Lock()
	a.requests = append(a.requests, req)
	a.mu.Unlock()
	defer func() { req.End = a.now() }()

	refuse := a.signIn(req, r)
	req.Signed = refuse == nil
	fault, what := a.meets(req)
	req.Fault = what
	select {
	case <-time.After(latency + fault.takes):
	case <-r.Context().Done():
		return
	}
	recorded := &recorder{ResponseWriter: w, request: req}
	switch {
	case fault.do != nil:
		req.Asked = fault.asks
		fault.do(a, recorded, r)
	case refuse != nil:
		refuse(recorded)
	default:
		if fault.closes {
			recorded.Header().Set("Connection", "close")
		}
		a.answer(recorded, r, req, string(body))
	}
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter

	request *Request
}

func (r *recorder) WriteHeader(status int) {
	r.request.Status, r.request.Code = status, r.Header().Get("X-Error-Code")
	r.request.Challenges = strings.Contains(strings.Join(r.Header().Values("WWW-Authenticate"), ","), "Digest ")
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets an http.ResponseController find the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func operationOf(path string) Operation {
	rest, _ := strings.CutPrefix(path, "/api/atlas/v2/groups/"+projectID+"/streams")
	switch {
	case path == "/api/oauth/token":
		return Token
	case path == "/api/oauth/revoke":
		return Revoke
	case rest == "":
		return ListInstances
	case rest == "/privateLinkConnections":
		return ListPrivateLinks
	case strings.HasSuffix(rest, "/connections"):
		return ListConnections
	case strings.Contains(rest, "/connections/"):
		return GetConnection
	case strings.HasSuffix(rest, "/processors"):
		return ListProcessors
	}
	return Operation(path)
}

// meets returns the fault that hits a request, and its name.
func (a *atlas) meets(req *Request) (trouble, string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, f := range a.history.Faults {
		fault := faults[f.What]
		suits := (f.On == "" || f.On == req.Op) && fault.suits(req.Op) && (req.Signed || !fault.byAtlas) && !fault.dial &&
			(!fault.keys || a.history.Blocks[req.Block].SignIn == APIKey)
		if !suits || !f.isOn(req.At) {
			continue
		}
		if a.seen[i]++; a.seen[i] > f.Skip && len(a.hits[i]) < f.Times {
			a.hits[i] = append(a.hits[i], req)
			return fault, f.What
		}
	}
	return trouble{}, ""
}

// dials returns the fault that hits the next connection of a block, and whether there is one.
func (a *atlas) dials(block int) (trouble, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, f := range a.history.Faults {
		if !faults[f.What].dial || !f.isOn(a.now()) {
			continue
		}
		if a.seen[i]++; a.seen[i] > f.Skip && len(a.hits[i]) < f.Times {
			a.hits[i] = append(a.hits[i], &Request{Block: block, At: a.now(), End: a.now()})
			return faults[f.What], true
		}
	}
	return trouble{}, false
}

// signIn checks the credentials of a request. It returns how Atlas refuses them, or nil if they are good.
func (a *atlas) signIn(req *Request, r *http.Request) func(w http.ResponseWriter) {
	block := a.history.Blocks[req.Block]
	scheme, value, _ := strings.Cut(req.Authorization, " ")
	switch {
	case req.Op == Token || req.Op == Revoke:
		id, escaped, _ := r.BasicAuth()
		secret, _ := url.QueryUnescape(escaped) // RFC 6749 section 2.3.1
		if c := credentialsOf(req.Block); block.Wrong || id != c.clientID || secret != c.clientSecret {
			return func(w http.ResponseWriter) {
				writeJSON(w, http.StatusUnauthorized, `{"error":"invalid_client","error_description":"Client authentication failed."}`)
			}
		}
		return nil
	case scheme == "Digest" && !block.Wrong && a.digestIsRight(req.Block, value, r):
		if a.useNonce(value) {
			return nil
		}
		return func(w http.ResponseWriter) { a.challenge(w, true) }
	case scheme == "Bearer":
		if a.bearerIsValid(req.Block, value) {
			return nil
		}
		return a.refuseBearer
	}
	return func(w http.ResponseWriter) { a.challenge(w, false) }
}

func (a *atlas) bearerIsValid(block int, token string) bool {
	if a.history.Blocks[block].SignIn == AccessToken {
		return !a.history.Blocks[block].Wrong && token == credentialsOf(block).accessToken
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.ContainsFunc(a.tokens, func(k *IssuedToken) bool { return k.Value == token && k.validAt(a.now(), a.history.Signing) })
}

func (a *atlas) refuseBearer(w http.ResponseWriter) {
	if a.history.Signing.Refusal != "" {
		refuseToken(w)
		return
	}
	apiError(w, http.StatusUnauthorized, "UNEXPECTED_ERROR", "You are not authorized for this resource.")
}

// refuseToken refuses a token with a challenge of RFC 6750, and without a body.
func refuseToken(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="MMS Public API", error="invalid_token"`)
	w.WriteHeader(http.StatusUnauthorized)
}

// challenges are the ways to ask for a digest. Each replaces DIGEST, and true for stale.
var challenges = map[string][]string{
	"":                          {`DIGEST`},
	"after another, one header": {`Basic realm="MMS Public API", DIGEST`},
	"before another":            {`DIGEST, Basic realm="MMS Public API"`},
	"two headers":               {`Basic realm="MMS Public API"`, `DIGEST`},
	"two headers, first":        {`DIGEST`, `Bearer realm="MMS Public API"`},
	"stale in capitals":         {`DIGEST`},
	"stale in quotes":           {`DIGEST`},
	"no digest":                 {`Basic realm="MMS Public API"`},
}

// challenge refuses a request with a new nonce.
func (a *atlas) challenge(w http.ResponseWriter, stale bool) {
	a.addChallenge(w, stale)
	apiError(w, http.StatusUnauthorized, "UNEXPECTED_ERROR", "You are not authorized for this resource.")
}

// addChallenge adds a new nonce to an answer.
func (a *atlas) addChallenge(w http.ResponseWriter, stale bool) {
	a.mu.Lock()
	nonce := hash(fmt.Sprint("nonce", len(a.nonces)))
	a.nonces[nonce] = 0
	a.mu.Unlock()
	isStale := strconv.FormatBool(stale)
	switch form := a.history.Signing.Challenge; {
	case stale && form == "stale in capitals":
		isStale = "TRUE"
	case form == "stale in quotes":
		isStale = strconv.Quote(isStale)
	}
	digest := `Digest realm="MMS Public API", domain="", nonce="` + nonce + `", algorithm=MD5, qop="auth", stale=` + isStale
	for _, header := range challenges[a.history.Signing.Challenge] {
		w.Header().Add("WWW-Authenticate", strings.Replace(header, "DIGEST", digest, 1))
	}
}

var digestParameter = regexp.MustCompile(`(\w+)=(?:"([^"]*)"|([^,\s]*))`)

func digestParameters(value string) map[string]string {
	parameters := map[string]string{}
	for _, m := range digestParameter.FindAllStringSubmatch(value, -1) {
		parameters[m[1]] = m[2] + m[3]
	}
	return parameters
}

// digestIsRight reports whether value is signed with the key of the block (RFC 7616).
func (a *atlas) digestIsRight(block int, value string, r *http.Request) bool {
	p, c := digestParameters(value), credentialsOf(block)
	md := func(parts ...string) string {
		sum := md5.Sum([]byte(strings.Join(parts, ":"))) //nolint:gosec // what Atlas uses
		return hex.EncodeToString(sum[:])
	}
	want := md(md(c.publicKey, p["realm"], c.privateKey), p["nonce"], p["nc"], p["cnonce"], p["qop"], md(r.Method, r.RequestURI))
	return p["username"] == c.publicKey && p["uri"] == r.RequestURI && p["response"] == want
}

// useNonce reports whether the nonce of value can still be used.
func (a *atlas) useNonce(value string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	nonce := digestParameters(value)["nonce"]
	uses, known := a.nonces[nonce]
	a.nonces[nonce]++
	most := a.history.Signing.NonceUses
	return known && (most == 0 || uses < most)
}

// answer answers a request whose credentials are good.
func (a *atlas) answer(w http.ResponseWriter, r *http.Request, req *Request, body string) {
	if slices.Contains(a.history.Blocks[req.Block].Denied, req.Op) {
		apiError(w, http.StatusUnauthorized, "USER_UNAUTHORIZED", "Current user is not authorized to perform this action.")
		return
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/api/atlas/v2/groups/"+projectID+"/streams"), "/")
	switch req.Op {
	case Token:
		a.issue(w, req)
		return
	case Revoke:
		a.revoke(w, body)
		return
	case ListInstances:
		a.page(w, r, req, Instance)
		return
	case ListPrivateLinks:
		a.page(w, r, req, PrivateLink)
		return
	default: // below an instance
	}
	instance, _ := url.PathUnescape(parts[min(1, len(parts)-1)])
	if _, ok := a.history.found(Instance, instance, a.now()); !ok {
		apiError(w, http.StatusNotFound, "STREAM_TENANT_NOT_FOUND_FOR_NAME",
			"Stream instance for project "+projectID+" and name "+instance+" not found.", projectID, instance)
		return
	}
	switch req.Op {
	case ListConnections:
		a.page(w, r, req, Connection)
	case ListProcessors:
		a.page(w, r, req, Processor)
	case GetConnection:
		name, _ := url.PathUnescape(parts[len(parts)-1])
		c, ok := a.history.found(Connection, name, a.now())
		if !ok {
			apiError(w, http.StatusNotFound, "STREAM_CONNECTION_NOT_FOUND_FOR_NAME",
				"Stream connection with name "+name+" for project "+projectID+" and name "+instance+" not found.", name, projectID, instance)
			return
		}
		writeJSON(w, http.StatusOK, string(c.json(a.now())))
	default:
		apiError(w, http.StatusNotFound, "RESOURCE_NOT_FOUND", "Cannot find resource "+r.URL.Path+".")
	}
}

// issue answers with a new token.
func (a *atlas) issue(w http.ResponseWriter, req *Request) {
	a.mu.Lock()
	life := a.history.Signing.Life
	if life == 0 {
		life = time.Hour
	}
	k := &IssuedToken{Value: "token/+%" + hash(fmt.Sprint("token", len(a.tokens))), Block: req.Block, Issued: a.now(), Expires: a.now() + life}
	a.tokens = append(a.tokens, k)
	a.mu.Unlock()
	seconds := strconv.Itoa(int(life.Seconds()))
	field := map[string]string{
		"": `,"expires_in":` + seconds, "float": `,"expires_in":` + seconds + `.0`, "text": `,"expires_in":"` + seconds + `"`, "absent": "",
	}[a.history.Signing.ExpiresIn]
	k.arrived = true
	writeJSON(w, http.StatusOK, `{"access_token":"`+k.Value+`"`+field+`,"token_type":"Bearer"}`)
	k.Received = a.now()
}

func (a *atlas) revoke(w http.ResponseWriter, body string) {
	form, _ := url.ParseQuery(body)
	a.mu.Lock()
	for _, k := range a.tokens {
		if k.Value == form.Get("token") {
			k.Revoked, k.RevokedAt = true, a.now()
		}
	}
	a.mu.Unlock()
	w.WriteHeader(http.StatusOK)
}

// page answers with a page of a listing.
func (a *atlas) page(w http.ResponseWriter, r *http.Request, req *Request, kind Kind) {
	l, at := a.history.Listing, a.now()
	number := max(1, intOf(r.URL.Query().Get("pageNum"), 1))
	size := min(max(1, intOf(r.URL.Query().Get("itemsPerPage"), 100)), 500)
	if l.Cap > 0 {
		size = min(size, l.Cap)
	}
	things := a.history.listed(kind, at)
	before := 0 // pages that are empty
	for _, e := range l.Empty {
		if e < number {
			before++
		}
	}
	from := min((number-1-before)*size, len(things))
	to := min(from+size, len(things))
	next := to < len(things)
	if slices.Contains(l.Empty, number) {
		to, next = from, true
	}
	results := []json.RawMessage{}
	for _, c := range things[from:to] {
		results = append(results, c.json(at))
	}
	links := []map[string]string{}
	link := func(rel string, number int) {
		host := address
		if l.Links == LinksAway {
			host = "elsewhere.invalid"
		}
		links = append(links, map[string]string{"rel": rel,
			"href": fmt.Sprintf("http://%s%s?itemsPerPage=%d&pageNum=%d", host, r.URL.EscapedPath(), size, number)})
	}
	if l.Links != LinksNone && l.Links != LinksNext {
		link("self", number)
	}
	if next && l.linksNext() {
		link("next", number+1)
	}
	answer := map[string]any{"results": results, "links": links}
	if l.Links == LinksNone {
		delete(answer, "links")
	}
	req.Results = len(results)
	if count, ok := a.history.count(kind, number, at); ok {
		answer["totalCount"], req.Count = count, &count
	}
	body, _ := json.Marshal(answer)
	writeJSON(w, http.StatusOK, string(body))
}

// count returns the totalCount of a page.
func (h History) count(kind Kind, number int, at time.Duration) (int, bool) {
	n := len(h.listed(kind, at))
	switch h.Listing.Count {
	case CountRight:
	case CountAbsent:
		return 0, false
	case CountHigh:
		n += h.Listing.By
	case CountLow:
		n = max(0, n-h.Listing.By)
	case CountPerPage:
		n += number * h.Listing.By
	case CountBehind:
		n = len(h.listed(kind, at-time.Duration(h.Listing.By)*time.Second))
	case CountAhead:
		n = 0
		for _, c := range h.all(kind) {
			if c.existsAt(at) {
				n++
			}
		}
	}
	return n, true
}

// json returns the thing as Atlas returns it at a moment.
func (c Thing) json(at time.Duration) json.RawMessage {
	fields := map[string]any{"name": c.Name}
	if c.ID != "" {
		fields["id"] = c.ID
	}
	switch c.Kind {
	case Instance:
		delete(fields, "id")
		fields["_id"] = hash(c.Name + c.ID)
		fields["groupId"] = projectID
		fields["dataProcessRegion"] = map[string]string{"cloudProvider": "AWS", "region": "VIRGINIA_USA"}
		fields["hostnames"] = []string{"atlas-stream.virginia-usa.a.query.mongodb.invalid"}
	case PrivateLink:
		fields = map[string]any{"_id": c.ID, "provider": "AWS", "region": "us_east_1", "state": "DONE", "vendor": "msk"}
	case Processor:
		delete(fields, "id")
		fields["_id"] = c.ID
		fields["state"] = []string{"STARTED", "STOPPED"}[int(at/time.Second)%2]
		fields["stats"] = map[string]any{"inputMessageCount": at.Milliseconds()}
		fields["pipeline"] = []any{
			map[string]any{"$source": map[string]any{"connectionName": "source"}},
			map[string]any{"$https": map[string]any{"connectionName": "hook", "headers": map[string]string{"Authorization": c.secret()}}},
		}
	case Connection:
		fields["type"] = c.Type
		if c.ID != "" {
			fields["region"], fields["state"] = "VIRGINIA_USA", "READY"
		}
		switch c.Type {
		case "Https":
			fields["url"], fields["headers"] = "https://hook.invalid", map[string]string{"Authorization": c.secret()}
		case "Kafka":
			fields["bootstrapServers"] = "kafka.invalid:9092"
			fields["networking"] = map[string]any{"access": map[string]string{"type": "PUBLIC"}}
		case "Catalog":
			fields["credential"] = c.secret()
		}
	}
	raw, _ := json.Marshal(fields)
	return raw
}

// credentials are the credentials of a block, with characters that URLs and JSON spell differently.
type credentials struct{ clientID, clientSecret, publicKey, privateKey, accessToken string }

func credentialsOf(block int) credentials {
	return credentials{
		clientID: fmt.Sprintf("mdb_sa_id_%d", block), clientSecret: fmt.Sprintf("mdb_sa_sk/secret+of%%block_%d", block),
		publicKey: fmt.Sprintf("public%d", block), privateKey: fmt.Sprintf("private/key+of%%block-%d", block),
		accessToken: fmt.Sprintf("access/token+of%%block-%d", block),
	}
}

func apiError(w http.ResponseWriter, status int, code, detail string, parameters ...any) {
	if parameters == nil {
		parameters = []any{}
	}
	body, _ := json.Marshal(map[string]any{
		"error": status, "reason": http.StatusText(status), "detail": detail, "errorCode": code, "parameters": parameters,
	})
	w.Header().Set("X-Error-Code", code)
	writeJSON(w, status, string(body))
}

func writeJSON(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) //nolint:gosec // no browser reads it
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:12])
}

func intOf(text string, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return otherwise
}

// withConn is the ConnContext of the server.
func withConn(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}
