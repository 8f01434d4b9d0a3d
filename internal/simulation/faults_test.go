package simulation

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// trouble is what a Fault does, and what the provider owes the user then.
type trouble struct {
	// on are the operations that can meet it. Nil is all.
	on []Operation
	// byAtlas is whether Atlas itself answers, once it knows the credentials. Otherwise something in between does.
	byAtlas bool
	// passes is when a read has to survive it, if it goes away in time.
	passes Passes
	// takes is how long it delays the answer, and stalls how long the provider waits for one that never comes.
	takes, stalls time.Duration
	// asks is how long the answer asks to wait. limited is whether it is a 429 that does not say how long.
	asks    time.Duration
	limited bool
	// asksForADay is whether it asks to wait longer than any read can.
	asksForADay bool
	// keys is whether it only hits requests of an API key.
	keys bool
	// dial is whether it refuses a connection, and closes whether it closes one after the answer.
	dial, closes bool
	// do answers in place of Atlas. Nil lets Atlas answer.
	do func(a *atlas, w http.ResponseWriter, r *http.Request)
}

// Passes is when a read survives a fault.
type Passes int

// When a read survives a fault.
const (
	Never      Passes = iota
	Always            // the same request succeeds later
	Unnoticed         // it does not even cost an attempt
	IfAccepted        // if Atlas has accepted the credentials before
	IfAllowed         // if Atlas has answered the same operation before
	IfSignedIn        // if there is a token that is still valid
	NextTime          // not by the read that meets it, but by the next one, if the account has had a token before
)

func (t trouble) suits(op Operation) bool {
	return t.on == nil && (op != Revoke || !t.byAtlas) || slices.Contains(t.on, op)
}

// isOn reports whether the fault can hit at a moment.
func (f Fault) isOn(at time.Duration) bool { return at >= f.From && (f.Until == 0 || at < f.Until) }

// api are the operations that read, and token the one that signs in.
var (
	api   = []Operation{ListConnections, GetConnection, ListInstances, ListProcessors, ListPrivateLinks}
	token = []Operation{Token}
)

// stalls is how long the provider waits for an answer, by its own pages.
const stalls = time.Minute

// faults are all faults by name. A new one is a line here; see CONTRIBUTING.md.
var faults = map[string]trouble{
	// The way there.
	"connection refused":                   {dial: true, passes: Always},
	"connection reset":                     {passes: Always, do: breakOff(true)},
	"connection closed without an answer":  {passes: Always, do: breakOff(false)},
	"body cut":                             {passes: Always, do: cut},
	"no answer":                            {passes: Always, stalls: stalls, do: hang},
	"body that stalls":                     {passes: Always, stalls: stalls, do: stall},
	"connection that hangs":                {dial: true, passes: Always, stalls: stalls},
	"slow answer":                          {passes: Unnoticed, takes: 20 * time.Second},
	"connection closed after the answer":   {passes: Unnoticed, closes: true},
	"redirect to the same place":           {on: api, passes: Unnoticed, do: redirect("")},
	"redirect to another host":             {do: redirect("http://elsewhere.invalid")},
	"redirect to another port":             {do: redirect("http://127.0.0.1:4321")},
	"web page with 502":                    {passes: Always, do: page(http.StatusBadGateway)},
	"web page with 504":                    {passes: Always, do: page(http.StatusGatewayTimeout)},
	"web page with 403":                    {do: page(http.StatusForbidden)},
	"web page with 200":                    {do: page(http.StatusOK)},
	"web page with 520":                    {do: page(520)},
	"nothing with 204":                     {do: nothing(http.StatusNoContent)},
	"gateway's JSON with 502":              {passes: Always, do: text(http.StatusBadGateway, `{"message":"upstream failed"}`)},
	"gateway's JSON with 403":              {do: text(http.StatusForbidden, `{"message":"forbidden"}`)},
	"listing under 502":                    {on: []Operation{ListConnections}, passes: Always, do: listing(http.StatusBadGateway)},
	"listing under 403":                    {on: []Operation{ListConnections}, do: listing(http.StatusForbidden)},
	"request repeated by a gateway's 503":  {passes: Always, do: echo(http.StatusServiceUnavailable)},
	"request repeated by a gateway's 400":  {do: echo(http.StatusBadRequest)},
	"credentials spelled by Atlas's 400":   {do: spell},
	"503 that asks to wait 7 seconds":      {passes: Always, asks: 7 * time.Second, do: later(http.StatusServiceUnavailable, "7")},
	"503 until a date":                     {passes: Always, asks: 20 * time.Second, do: date(http.StatusServiceUnavailable, 0)},
	"503 until a date of a clock ahead":    {passes: Always, asks: 20 * time.Second, do: date(http.StatusServiceUnavailable, time.Hour)},
	"503 until a date of a clock behind":   {passes: Always, asks: 20 * time.Second, do: date(http.StatusServiceUnavailable, -time.Hour)},
	"503 until a date, two minutes ahead":  {passes: Always, asks: 20 * time.Second, do: date(http.StatusServiceUnavailable, 2*time.Minute)},
	"503 that asks to wait nonsense":       {passes: Always, do: later(http.StatusServiceUnavailable, "soon")},
	"503 that asks to wait past the limit": {asksForADay: true, do: later(http.StatusServiceUnavailable, "86400")},
	// Atlas.
	"408": {byAtlas: true, passes: Always, do: code(http.StatusRequestTimeout, "UNEXPECTED_ERROR", "Timeout.")},
	"500": {byAtlas: true, passes: Always, do: code(http.StatusInternalServerError, "UNEXPECTED_ERROR", "Unexpected error.")},
	"503": {byAtlas: true, passes: Always, do: code(http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE", "Try later.")},
	"429 that asks to wait 20 seconds": {byAtlas: true, on: api, passes: Always, asks: 20 * time.Second,
		do: later(http.StatusTooManyRequests, "20")},
	"429 that asks in its body": {byAtlas: true, on: api, passes: Always, asks: 20 * time.Second,
		do: code(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET",
			"Rate limit exceeded for api/atlas/v2/orgs. Please retry after 20 seconds. Request capacity: 10. Refill rate: 5 per 60 seconds.",
			"api/atlas/v2/orgs", 20, 10, 5, 60)},
	"429 that asks for nothing": {byAtlas: true, on: api, passes: Always, limited: true,
		do: code(http.StatusTooManyRequests, "RATE_LIMITED", "Slow down.")},
	"429 until a date": {byAtlas: true, on: api, passes: Always, asks: 20 * time.Second, do: date(http.StatusTooManyRequests, 0)},
	"400 PATH_PARAM_PARSE_ERROR": {byAtlas: true, on: api, do: text(http.StatusBadRequest, `{"error":400,"reason":"Bad Request",`+
		`"errorCode":"PATH_PARAM_PARSE_ERROR","detail":"Invalid path.","badRequestDetail":{"fields":[{"field":"tenantName",`+
		`"description":"must match a pattern"}]},"parameters":[]}`)},
	"406 INVALID_VERSION_DATE": {byAtlas: true, on: api, do: code(http.StatusNotAcceptable, "INVALID_VERSION_DATE", "Invalid date.")},
	"409 with a code":          {byAtlas: true, on: api, do: code(http.StatusConflict, "UNEXPECTED_ERROR", "Conflict.")},
	"410 VERSION_GONE":         {byAtlas: true, on: api, do: code(http.StatusGone, "VERSION_GONE", "Gone.")},
	"501":                      {byAtlas: true, on: api, do: code(http.StatusNotImplemented, "UNEXPECTED_ERROR", "Not implemented.")},
	"401 invalid_token for a moment": {byAtlas: true, on: api, passes: IfAccepted,
		do: func(_ *atlas, w http.ResponseWriter, _ *http.Request) { refuseToken(w) }},
	"401 UNEXPECTED_ERROR for a moment": {byAtlas: true, on: api, passes: IfAccepted,
		do: code(http.StatusUnauthorized, "UNEXPECTED_ERROR", "You are not authorized for this resource.")},
	"401 with an odd field for a moment": {byAtlas: true, on: api, passes: IfAccepted, do: text(http.StatusUnauthorized,
		`{"error":401,"reason":null,"detail":{"text":"You are not authorized."},"errorCode":"UNEXPECTED_ERROR","parameters":null}`)},
	"401 USER_UNAUTHORIZED for a moment": {byAtlas: true, on: api, passes: IfAllowed,
		do: code(http.StatusUnauthorized, "USER_UNAUTHORIZED", "Current user is not authorized to perform this action.")},
	"401 UNEXPECTED_ERROR with a challenge for a moment": {byAtlas: true, on: api, keys: true, passes: IfAccepted,
		do: challenging(code(http.StatusUnauthorized, "UNEXPECTED_ERROR", "You are not authorized for this resource."))},
	"401 USER_UNAUTHORIZED with a challenge for a moment": {byAtlas: true, on: api, keys: true, passes: IfAllowed,
		do: challenging(code(http.StatusUnauthorized, "USER_UNAUTHORIZED", "Current user is not authorized to perform this action."))},
	"403 IP_ADDRESS_NOT_ON_ACCESS_LIST": {byAtlas: true, passes: IfSignedIn,
		do: code(http.StatusForbidden, "IP_ADDRESS_NOT_ON_ACCESS_LIST",
			"IP address 192.0.2.1 is not allowed to access this resource.", "192.0.2.1")},
	"403 ORG_REQUIRES_ACCESS_LIST": {byAtlas: true, on: api, do: code(http.StatusForbidden, "ORG_REQUIRES_ACCESS_LIST",
		"This organization requires access through an access list of ip ranges.", "192.0.2.1")},
	// Signing in.
	"token limit": {byAtlas: true, on: token, passes: IfSignedIn, do: text(http.StatusForbidden, `{"error":"access_denied",`+
		`"error_description":"Access Token limit reached. Please use the existing Access Tokens or create a new Service Account."}`)},
	"401 invalid_client for a moment": {byAtlas: true, on: token, passes: NextTime,
		do: text(http.StatusUnauthorized, `{"error":"invalid_client","error_description":"Client authentication failed."}`)},
	"rate limit of the token endpoint": {byAtlas: true, on: token, passes: Always, limited: true,
		do: code(http.StatusTooManyRequests, "RATE_LIMITED", "Resource /api/oauth/token is limited to 10 requests every 1 minutes.",
			"/api/oauth/token", 10, 1)},
	"temporarily_unavailable with 400": {byAtlas: true, on: token, passes: Always,
		do: text(http.StatusBadRequest, `{"error":"temporarily_unavailable"}`)},
	"temporarily_unavailable with 503": {byAtlas: true, on: token, passes: Always,
		do: text(http.StatusServiceUnavailable, `{"error":"temporarily_unavailable"}`)},
	"server_error with 400":        {byAtlas: true, on: token, do: text(http.StatusBadRequest, `{"error":"server_error"}`)},
	"empty token answer":           {on: token, do: text(http.StatusOK, ``)},
	"token answer without a token": {on: token, do: text(http.StatusOK, `{"token_type":"Bearer","expires_in":3600}`)},
	"token answer with an error": {on: token,
		do: text(http.StatusOK, `{"error":"server_error","error_description":"Try later."}`)},
	"token answer that is no JSON": {on: token, do: text(http.StatusOK, `access_token=`)},
	"token endpoint not found":     {on: token, do: text(http.StatusNotFound, `{"message":"not found"}`)},
	"403 with a code of its own": {byAtlas: true, on: token,
		do: code(http.StatusForbidden, "SERVICE_ACCOUNT_BUSY", "Try later.")},
}

func breakOff(reset bool) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(_ *atlas, w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			breakConn(conn, reset)
		}
	}
}

func cut(_ *atlas, w http.ResponseWriter, _ *http.Request) {
	if conn, buffered, err := http.NewResponseController(w).Hijack(); err == nil {
		_, _ = buffered.WriteString("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"results\":[")
		_ = buffered.Flush()
		breakConn(conn, false)
	}
}

func hang(_ *atlas, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// stall sends the beginning of an answer. The rest never comes.
func stall(_ *atlas, w http.ResponseWriter, r *http.Request) {
	if recorded, ok := w.(*recorder); ok {
		w = recorded.ResponseWriter // the status is that of no answer
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"results":[`)
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

func redirect(host string) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(_ *atlas, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", host+r.URL.String())
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}

func page(status int) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(_ *atlas, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<html><title>Portal</title><body>Please sign in.</body></html>")
	}
}

func nothing(status int) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(_ *atlas, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func text(status int, body string) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(_ *atlas, w http.ResponseWriter, _ *http.Request) { writeJSON(w, status, body) }
}

func code(status int, code, detail string, parameters ...any) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(_ *atlas, w http.ResponseWriter, _ *http.Request) {
		apiError(w, status, code, detail, parameters...)
	}
}

// challenging asks for a digest, which is not stale, and then answers.
func challenging(answer func(*atlas, http.ResponseWriter, *http.Request)) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(a *atlas, w http.ResponseWriter, r *http.Request) {
		a.addChallenge(w, false)
		answer(a, w, r)
	}
}

// listing answers with the right listing and the wrong status.
func listing(status int) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(a *atlas, w http.ResponseWriter, r *http.Request) {
		a.page(&under{w, status}, r, &Request{}, Connection)
	}
}

// under writes another status than asked for.
type under struct {
	http.ResponseWriter

	status int
}

func (u *under) WriteHeader(int) { u.ResponseWriter.WriteHeader(u.status) }

// echo answers with the request, as some gateways do.
func echo(status int) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(_ *atlas, w http.ResponseWriter, r *http.Request) {
		writeJSON(w, status, fmt.Sprintf(`{"message":"cannot forward","authorization":%q}`, r.Header.Get("Authorization")))
	}
}

// spell answers with the credentials as a URL and as JSON spell them.
func spell(_ *atlas, w http.ResponseWriter, r *http.Request) {
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if scheme != "Digest" { // whose signatures are of no use to another request
		value = url.QueryEscape(value) + " " + strings.ReplaceAll(value, "/", `\/`)
	}
	apiError(w, http.StatusBadRequest, "UNEXPECTED_ERROR", "Cannot use "+value)
}

func later(status int, after string) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(_ *atlas, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", after)
		apiError(w, status, "UNEXPECTED_ERROR", "Later.")
	}
}

// date asks to wait 20 seconds, as a date of a clock that is ahead.
func date(status int, ahead time.Duration) func(*atlas, http.ResponseWriter, *http.Request) {
	return func(_ *atlas, w http.ResponseWriter, _ *http.Request) {
		now := time.Now().Add(ahead).UTC()
		w.Header().Set("Date", now.Format(http.TimeFormat))
		w.Header().Set("Retry-After", now.Add(20*time.Second).Format(http.TimeFormat))
		apiError(w, status, "UNEXPECTED_ERROR", "Later.")
	}
}
