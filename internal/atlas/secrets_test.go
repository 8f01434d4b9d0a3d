package atlas

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/icholy/digest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
)

// echoedSecret is spelled differently in a URL.
const echoedSecret = "mdb_sa_sk_+/secret with=signs" //nolint:gosec // made up

// echo answers each request with text that contains every secret of the client and every one that it received.
type echo struct {
	answer    func(echoed string) string
	fromToken bool // whether the token endpoint echoes, not the API

	mu   sync.Mutex
	seen map[string]bool
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	auth := r.Header.Get("Authorization")
	e.see(auth)
	isToken := r.URL.Path == "/api/oauth/token"
	switch {
	case isToken && !e.fromToken:
		w.Header().Set("Content-Type", "application/json")
		token := "issued-token-" + strconv.Itoa(len(e.secrets())) + "-for-the-test"
		_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, token)
		return
	case auth == "":
		w.Header().Set("WWW-Authenticate", `Digest realm="MMS Public API", nonce="abc", algorithm=MD5, qop="auth"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, e.answer(strings.Join(e.secrets(), " ")))
}

// see remembers the secrets of an Authorization header.
func (e *echo) see(auth string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	scheme, value, _ := strings.Cut(auth, " ")
	switch scheme {
	case "Bearer", "Basic":
		e.seen[value] = true
	case "Digest":
		if credentials, err := digest.ParseCredentials(auth); err == nil {
			e.seen[fmt.Sprintf("response=%q", credentials.Response)] = true // of no use for another request, and hidden in a header
		}
	}
}

func (e *echo) secrets() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	secrets := []string{echoedSecret, url.QueryEscape(echoedSecret), url.PathEscape(echoedSecret)}
	for secret := range e.seen {
		secrets = append(secrets, secret)
	}
	return secrets
}

func last(words string) string { return words[strings.LastIndex(words, " ")+1:] }

// answer returns an HTTP answer whose body ends with the connection.
func answer(status string, headers string, body string) string {
	return "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers + "\r\n" + body
}

func jsonAnswer(status, format string, values ...any) string {
	return answer(status, "Content-Type: application/json\r\n", fmt.Sprintf(format, values...))
}

func TestNoSecretGetsOut(t *testing.T) {
	t.Parallel()
	answers := map[string]func(echoed string) string{
		"a body of text":        func(s string) string { return answer("403 Forbidden", "", "You sent "+s) },
		"a body that may pass":  func(s string) string { return answer("503 Busy", "", "You sent "+s) },
		"a body of HTML":        func(s string) string { return answer("200 OK", "Content-Type: text/html\r\n", "You sent "+s) },
		"a web page":            func(s string) string { return answer("403 Forbidden", "", "<title>You sent "+s+"</title>") },
		"a web page's words":    func(s string) string { return answer("403 Forbidden", "", "<p>"+strings.Repeat("x", 180)+s) },
		"a body after noise":    func(s string) string { return answer("403 Forbidden", "", strings.Repeat(" ", 60000)+s) },
		"a body cut within":     func(s string) string { return answer("403 Forbidden", "", strings.Repeat("x", 1000)+s) },
		"a body that is broken": func(s string) string { return answer("403 Forbidden", "", strings.ReplaceAll(s, "e", "\xffe")) },
		"detail":                func(s string) string { return jsonAnswer("400 Bad Request", `{"detail":%q}`, s) },
		"error code":            func(s string) string { return jsonAnswer("401 Unauthorized", `{"errorCode":%q,"detail":"x"}`, s) },
		"reason":                func(s string) string { return jsonAnswer("404 Not Found", `{"error":404,"reason":%q}`, s) },
		"another field":         func(s string) string { return jsonAnswer("404 Not Found", `{"message":%q}`, s) },
		"OAuth error": func(s string) string {
			return jsonAnswer("400 Bad Request", `{"error":%q,"error_description":%q}`, s, s)
		},
		"OAuth error with 200":   func(s string) string { return jsonAnswer("200 OK", `{"error":%q,"error_description":%q}`, s, s) },
		"the status":             func(s string) string { return answer("503 "+s, "", "") },
		"the status, final":      func(s string) string { return answer("418 "+s, "", "") },
		"the status, no listing": func(s string) string { return answer("204 "+s, "", "") },
		"no status":              func(s string) string { return "HTTP/1.1 " + s + "\r\n\r\n" },
		"no HTTP":                func(s string) string { return s + "\r\n\r\n" },
		"a header of no form":    func(s string) string { return answer("200 OK", s+"\r\n", "") },
		"a header's name":        func(s string) string { return answer("200 OK", s+": x\r\n", "") },
		"a length":               func(s string) string { return answer("200 OK", "Content-Length: "+s+"\r\n", "") },
		"an encoding":            func(s string) string { return answer("200 OK", "Transfer-Encoding: "+s+"\r\n", "") },
		"rate limit": func(s string) string {
			return answer("429 x", "Retry-After: "+s+"\r\nRateLimit-Limit: "+s+"\r\nRateLimit-Remaining: "+s+"\r\n", s)
		},
		"content type":        func(s string) string { return answer("200 OK", "Content-Type: "+s+"\r\n", "{}") },
		"challenge":           func(s string) string { return answer("401 x", "WWW-Authenticate: Digest "+s+"\r\n", s) },
		"redirect elsewhere":  func(s string) string { return answer("302 Found", "Location: http://"+s+".invalid/\r\n", "") },
		"redirects elsewhere": func(s string) string { return answer("302 Found", "Location: http://"+last(s)+"\r\n", "") },
		"a user elsewhere": func(s string) string {
			return answer("302 Found", "Location: http://"+url.PathEscape(s)+"@other.invalid/\r\n", "")
		},
		"redirect to no URL":   func(s string) string { return answer("302 Found", "Location: http://[::1"+s+"\r\n", "") },
		"redirect to a path":   func(s string) string { return answer("307 x", "Location: /"+s+"?"+url.QueryEscape(s)+"\r\n", "") },
		"redirect without aim": func(s string) string { return answer("307 "+s, "", s) },
		"names of connections": func(s string) string { return jsonAnswer("200 OK", `{"results":[{"name":%q},{"name":%q}]}`, s, s) },
		"fields of connections": func(s string) string {
			return jsonAnswer("200 OK", `{"results":[{"headers":{%q:%q},"name":[%q]}]}`, s, s, s)
		},
		"JSON that is cut":     func(s string) string { return jsonAnswer("200 OK", `{"results":[{"name":%q`, s) },
		"JSON with more after": func(s string) string { return jsonAnswer("200 OK", `{"results":[]} %s`, s) },
		"a count":              func(s string) string { return jsonAnswer("200 OK", `{"results":[],"totalCount":%q}`, s) },
	}
	signIns := map[string]Credential{
		"access token":    {Kind: AccessToken, Secret: echoedSecret},
		"service account": {Kind: ServiceAccount, ID: "mdb_sa_id_1", Secret: echoedSecret},
		"API key":         {Kind: APIKey, ID: "sbreader", Secret: echoedSecret},
	}
	for name, signIn := range signIns {
		for _, fromToken := range []bool{false, true} {
			if fromToken && signIn.Kind != ServiceAccount {
				continue
			}
			t.Run(fmt.Sprintf("%s, token endpoint %t", name, fromToken), func(t *testing.T) {
				t.Parallel()
				virtual.Each(t, answers, func(t *testing.T, text func(string) string) {
					server := &echo{answer: text, fromToken: fromToken, seen: map[string]bool{}}
					checkNothingGetsOut(t, server, signIn)
				})
			})
		}
	}
}

func checkNothingGetsOut(t *testing.T, server *echo, signIn Credential) {
	t.Helper()
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	client := connect(t, server, signedInBy(signIn), withRetries(1))
	_, err := read(ctx, client)
	one := request()
	one.PageNum = 1
	_, oneErr := client.ListStreamConnections(ctx, one)
	_, instancesErr := client.ListStreamInstances(ctx, request())
	_, processorsErr := client.ListStreamProcessors(ctx, request())
	_, linksErr := client.ListPrivateLinks(ctx, request())
	_, connectionErr := client.GetStreamConnection(ctx, virtual.ProjectID, virtual.InstanceName, "orders")
	client.Close(ctx)

	out := fmt.Sprint(client.Credential(), log.String(), err, oneErr, instancesErr, processorsErr, linksErr, connectionErr, client.Clean(echoedSecret))
	for _, secret := range server.secrets() {
		secret = strings.Trim(strings.TrimPrefix(secret, "response="), `"`)
		if strings.Contains(strings.ToLower(out), strings.ToLower(secret)) {
			t.Errorf("%q gets out: %s", secret, out)
		}
	}
	if _, ok := errors.AsType[*Error](err); !ok || log.Len() == 0 {
		t.Errorf("got %v and the log %s", err, log.String())
	}
}
