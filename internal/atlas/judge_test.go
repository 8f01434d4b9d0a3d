package atlas

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// ofKind returns err as an Error, and whether it is one of kind.
func ofKind(err error, kind Kind) (*Error, bool) {
	failure, ok := errors.AsType[*Error](err)
	return failure, ok && failure.Kind == kind
}

// judged returns the error for an answer, of the token endpoint if signIn.
func judged(client *Client, status int, body string, signIn bool) *Error {
	op := operation{name: "listStreamConnections"}
	if signIn {
		op = tokenOperation
	}
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: &memoryBody{ReadCloser: http.NoBody, body: []byte(body)}}
	_, failure := client.judge(op, resp, nil)
	return failure
}

func TestTextsOfErrorAnswers(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status int
		body   string
		want   string
	}{
		"of Atlas": {
			404, `{"detail":"No group.","error":404,"errorCode":"GROUP_NOT_FOUND","parameters":["x"],"reason":"Not Found"}`,
			"404 Not Found: GROUP_NOT_FOUND: No group.",
		},
		"without detail": {403, `{"error":403,"errorCode":"FORBIDDEN","reason":"Forbidden"}`, "403 Forbidden: FORBIDDEN: Forbidden"},
		"code alone":     {403, `{"error":403,"errorCode":"FORBIDDEN"}`, "403 Forbidden: FORBIDDEN"},
		"with invalid fields": {
			400, `{"errorCode":"INVALID","detail":"Two fields.","badRequestDetail":{"fields":[{"field":"a","description":"is odd."},{"field":"b"},` +
				`5,{"field":"c","description":"is even"}]}}`,
			"400 Bad Request: INVALID: Two fields. a: is odd. c: is even.",
		},
		"with odd fields": {
			400, `{"errorCode":"INVALID","detail":5,"reason":[],"error":{},"parameters":"x","badRequestDetail":{"fields":"x"}}`,
			"400 Bad Request: INVALID",
		},
		"of OAuth":           {401, `{"error":"invalid_client","error_description":"Unknown."}`, "401 Unauthorized: invalid_client: Unknown."},
		"of a gateway":       {502, `{"message":"no healthy upstream"}`, "502 Bad Gateway"},
		"text":               {503, "upstream\r\nconnect error\x1b[0m", "503 Service Unavailable"}, // like a list in JSON
		"plain text":         {503, "upstream\r\nconnect error\x1b", "503 Service Unavailable: upstream connect error"},
		"nothing":            {500, "", "500 Internal Server Error"},
		"null":               {500, "null", "500 Internal Server Error"},
		"a string of JSON":   {500, `"a value"`, "500 Internal Server Error"},
		"the end of JSON":    {500, `a":"b"}`, "500 Internal Server Error"},
		"other types":        {400, `{"errorCode":5,"detail":[]}`, "400 Bad Request"},
		"control characters": {400, `{"errorCode":"A\u0000B","detail":"a\u001b[2Jb\u202ec"}`, "400 Bad Request: A B: a [2Jb c"},
		"unknown status":     {599, "", "599"},
		"long code and detail": {
			400, `{"errorCode":"` + strings.Repeat("c", 2000) + `","detail":"` + strings.Repeat("d", 2000) + `"}`,
			"400 Bad Request: " + strings.Repeat("c", 1004) + "…",
		},
		"redirect": {302, "", "302 Found"},
		"of nginx": {
			404, "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n" +
				"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", "404 Not Found: 404 Not Found",
		},
		"of nginx, with a title": {
			400, "<html><head><title>400 No required SSL certificate was sent</title></head><body><h1>400 Bad Request</h1></body></html>",
			"400 Bad Request: 400 No required SSL certificate was sent",
		},
		"a title with entities":    {502, "<TITLE lang=en>\nin &amp;\tout</TITLE>", "502 Bad Gateway: in & out"},
		"a page without a title":   {502, "\n<!DOCTYPE html><title> </title>We are out.", "502 Bad Gateway"},
		"a page of many words":     {503, "<p>" + strings.Repeat("word ", 100), "503 Service Unavailable"},
		"a text of many words":     {503, strings.Repeat("word ", 100), "503 Service Unavailable: " + strings.Repeat("word ", 39) + "wo…"},
		"of a Java server":         {502, `{"status":502,"error":"Bad Gateway"}`, "502 Bad Gateway"},
		"of a problem's details":   {403, `{"title":"Forbidden","detail":"Not today."}`, "403 Forbidden"},
		"of a list of errors":      {403, `[{"errorCode":"FORBIDDEN"}]`, "403 Forbidden"},
		"of two objects":           {403, `{"errorCode":"FORBIDDEN"} {"errorCode":"B"}`, "403 Forbidden"},
		"a code in capital letter": {403, `{"ErrorCode":"FORBIDDEN"}`, "403 Forbidden"},
	}
	client := connectBy(t, nil)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failure := judged(client, c.status, c.body, strings.HasPrefix(name, "of OAuth"))
			if diff := cmp.Diff(c.want, failure.Error()); diff != "" || failure.Kind != Refused || failure.Status != c.status {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorsWithoutACodeAreNotOfAtlas(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status int
		body   string
		signIn bool
		want   bool
	}{
		"of Atlas":                               {403, `{"error":403,"errorCode":"FORBIDDEN","reason":"Forbidden"}`, false, true},
		"of OAuth":                               {401, `{"error":"invalid_client","error_description":"Unknown."}`, true, true},
		"of nginx":                               {404, "<html><head><title>404 Not Found</title></head></html>", false, false},
		"of Envoy":                               {503, "upstream connect error or disconnect/reset before headers", false, false},
		"of a gateway":                           {502, `{"message":"no healthy upstream"}`, false, false},
		"of a Java server":                       {502, `{"timestamp":"x","status":502,"error":"Bad Gateway","path":"/"}`, false, false},
		"of another server":                      {404, `{"error":"not found"}`, false, false},
		"nothing":                                {504, "", false, false},
		"of OAuth, in the API":                   {401, `{"error":"invalid_client"}`, false, false},
		"of another API":                         {404, `{"error":"not_found"}`, false, false},
		"of a gateway, in the API":               {403, `{"error":"access_denied"}`, false, false},
		"of another server, for a token":         {404, `{"error":"not_found"}`, true, false},
		"of a token limit":                       {403, `{"error":"access_denied"}`, true, true},
		"of a token endpoint that is overloaded": {503, `{"error":"temporarily_unavailable"}`, true, true},
		"of a malformed request for a token":     {400, `{"error":"invalid_request"}`, true, true},
		"of an invalid grant":                    {400, `{"error":"invalid_grant"}`, true, true},
		"of an unauthorized client":              {400, `{"error":"unauthorized_client"}`, true, true},
		"of an unsupported grant":                {400, `{"error":"unsupported_grant_type"}`, true, true},
		"of an invalid scope":                    {400, `{"error":"invalid_scope"}`, true, true},
		"of a token endpoint that fails":         {500, `{"error":"server_error"}`, true, true},
		"of Atlas, for a token":                  {429, `{"error":429,"errorCode":"RATE_LIMITED"}`, true, true},
	}
	client := connectBy(t, nil)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if failure := judged(client, c.status, c.body, c.signIn); failure.IsAtlas() != c.want || failure.SignIn != c.signIn {
				t.Errorf("of Atlas is %t: %v", failure.IsAtlas(), failure)
			}
		})
	}
}

// A gateway can send a good answer with an error status or another content type. It contains what the headers of connections are.
func TestJSONWithoutACodeIsNeverShown(t *testing.T) {
	t.Parallel()
	const secret = "Bearer-of-another-service"
	listing := `{"results":[{"name":"orders","type":"Https","headers":{"Authorization":"` + secret + `"}}],"totalCount":1}`
	answers := map[string]sandbox.Answer{
		"an error":                  {Status: http.StatusBadGateway, Body: &listing, Times: -1},
		"an error of the request":   {Status: http.StatusForbidden, Body: &listing, Times: -1},
		"a list":                    {Status: http.StatusForbidden, Body: new("[" + listing + "]"), Times: -1},
		"cut off":                   {Status: http.StatusForbidden, Body: new(listing[:len(listing)-5]), Times: -1},
		"something before":          {Status: http.StatusForbidden, Body: new(")]}',\n" + listing), Times: -1},
		"another status of success": {Status: http.StatusAccepted, Body: &listing, Times: -1},
		"text":                      {Headers: map[string]string{"Content-Type": "text/plain"}, Body: &listing, Times: -1},
		"no type":                   {Headers: map[string]string{"Content-Type": ""}, Body: &listing, Times: -1},
		"no listing":                {Body: new(`{"value":` + listing + `}`), Times: -1},
	}
	virtual.Each(t, answers, func(t *testing.T, answer sandbox.Answer) {
		s := sandbox.New(virtual.Data(3, answer), sandbox.WithTokenAnswers(sandbox.Answer{}, answer))
		for range 2 { // the token endpoint is the second
			client := connect(t, s, signedInBy(testServiceAccount()), withRetries(1))
			_, err := read(t.Context(), client)
			if failure, ok := errors.AsType[*Error](err); !ok || failure.IsAtlas() || strings.Contains(fmt.Sprintf("%v %+v", err, failure), secret) {
				t.Errorf("got %v", err)
			}
		}
	})
}

func FuzzErrorAnswer(f *testing.F) {
	for _, seed := range []string{
		"", "null", `{"errorCode":"A","detail":"b","parameters":[1]}`, `{"error":"invalid_client"}`, "<html><title>t</title>x",
		"<title>", "<script>x</script>y", "<style>\x00", "<p>\xff\u202e</p>", "<!--", "<a<b<c", "<title>502 Bad Gateway</title>502 Bad Gateway w",
		`{"errorCode":"A","badRequestDetail":{"fields":[{"field":"a","description":"b"}]}}`,
	} {
		f.Add([]byte(seed), 502)
	}
	const secret = "a-secret-of-some-length"
	client := connectBy(f, nil, signedInBy(Credential{Kind: AccessToken, Secret: secret}))
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		for _, sent := range [][]byte{body, append(slices.Clone(body), " "+secret...)} {
			text := judged(client, status, string(sent), true).Error()
			if text != CleanText(text) || strings.Contains(text, secret) {
				t.Fatalf("got %q", text)
			}
		}
	})
}

func TestContentTypesOfJSONPass(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"plain": "application/json", "parameters": "application/json; charset=utf-8", "capitals": "Application/JSON",
		"of Atlas": "application/vnd.atlas.2025-03-12+json;charset=utf-8",
	}
	virtual.Each(t, cases, func(t *testing.T, contentType string) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Headers: map[string]string{"Content-Type": contentType}}))
		if listing, err := read(t.Context(), connect(t, s)); err != nil || len(listing.Results) != 3 {
			t.Errorf("got %v, %v", listing, err)
		}
	})
}

// everyRead has each method of Client that reads. got is whether it returned something.
var everyRead = map[string]func(ctx context.Context, client *Client) (got bool, err error){
	"connections":   listed((*Client).ListStreamConnections),
	"instances":     listed((*Client).ListStreamInstances),
	"processors":    listed((*Client).ListStreamProcessors),
	"private links": listed((*Client).ListPrivateLinks),
	"connection": func(ctx context.Context, client *Client) (bool, error) {
		connection, err := client.GetStreamConnection(ctx, virtual.ProjectID, virtual.InstanceName, "a")
		return connection != nil, err
	},
}

func listed(list func(*Client, context.Context, ListRequest) (*Listing, error)) func(context.Context, *Client) (bool, error) {
	return func(ctx context.Context, client *Client) (bool, error) {
		listing, err := list(client, ctx, request())
		return listing != nil, err
	}
}

// malformed is an answer that is neither a listing nor a connection.
type malformed struct {
	status      int // 200 if it is zero
	contentType string
	body        string
	listing     string // part of what is wrong with it as a listing
	connection  string // and as a connection
}

func malformedAnswers() map[string]malformed {
	const page = "<html><head><title>Sign in to\nthe network</title></head><body>Enter a password</body></html>"
	const json, notJSON, noList = "application/json", "not valid JSON", "has no list of results"
	const noName, noObject = "has no name", "is not a JSON object"
	return map[string]malformed{
		"nothing":                       {0, json, "", "is empty", "is empty"},
		"204":                           {204, json, "", "has the status 204 No Content", "has the status 204 No Content"},
		"201":                           {201, json, `{"results":[],"name":"a"}`, "has the status 201 Created", "has the status 201 Created"},
		"206":                           {206, json, `{"results":[],"name":"a"}`, "has the status 206 Partial", "has the status 206 Partial"},
		"space":                         {0, json, "  \n ", notJSON, notJSON},
		"null":                          {0, json, "null", noList, "is null"},
		"list":                          {0, json, "[]", noObject, noObject},
		"text":                          {0, json, `"results"`, noObject, noObject},
		"number":                        {0, json, "1", noObject, noObject},
		"empty object":                  {0, json, "{}", noList, noName},
		"error with 200":                {0, json, `{"error":500,"detail":"x"}`, noList, noName},
		"results null":                  {0, json, `{"results":null,"totalCount":0}`, noList, noName},
		"results object":                {0, json, `{"results":{}}`, "in the field results", noName},
		"results text":                  {0, json, `{"results":"none"}`, "in the field results", noName},
		"element null":                  {0, json, `{"results":[null]}`, "results[0] is null", noName},
		"element list":                  {0, json, `{"results":[{"name":"a"},[]]}`, "results[1] is not a JSON object", noName},
		"element text":                  {0, json, `{"results":["a"]}`, "results[0] is not a JSON object", noName},
		"no name":                       {0, json, `{"results":[{"type":"Kafka"}]}`, "results[0] has no name", noName},
		"name null":                     {0, json, `{"results":[{"name":null}],"name":null}`, "results[0] has no name", noName},
		"name empty":                    {0, json, `{"results":[{"name":""}],"name":""}`, "results[0] has no name", noName},
		"name object":                   {0, json, `{"results":[{"name":{"a":1}}],"name":{}}`, "results[0] has no name", noName},
		"name in capitals":              {0, json, `{"results":[{"NAME":"a"}],"Name":"a"}`, "results[0] has no name", noName},
		"clears the terminal":           {0, json, `{"results":[{"name":"a","id":"\u001b[2"}],"name":"a","id":"\u009b2"}`, "control", "control"},
		"count text":                    {0, json, `{"results":[],"totalCount":"0"}`, "in the field totalCount", noName},
		"count negative":                {0, json, `{"results":[],"totalCount":-1}`, "negative totalCount", noName},
		"count fraction":                {0, json, `{"results":[],"totalCount":1.5}`, "in the field totalCount", noName},
		"count absurd":                  {0, json, `{"results":[],"totalCount":1e30}`, "in the field totalCount", noName},
		"cut":                           {0, json, `{"results":[{"name":"a"}`, notJSON, notJSON},
		"cut before its end":            {0, json, `{"name":"a","results":[{"name":"a"}]`, notJSON, notJSON},
		"cut in a string":               {0, json, `{"results":[{"name":"a`, notJSON, notJSON},
		"something after":               {0, json, `{"name":"a","results":[]}{"results":[]}`, notJSON, notJSON},
		"bracket after":                 {0, json, `{"name":"a","results":[]}]`, notJSON, notJSON},
		"byte order mark":               {0, json, "\ufeff" + `{"name":"a","results":[]}`, notJSON, notJSON},
		"HTML as JSON":                  {0, json, page, notJSON, notJSON},
		"login page":                    {0, "text/html", page, `its text is "Sign in to the network"`, `its text is "Sign in to the network"`},
		"HTML":                          {0, "text/html; charset=utf-8", "<p>x", `content type is "text/html`, `content type is "text/html`},
		"plain text":                    {0, "text/plain", "Not here.", `its text is "Not here."`, `its text is "Not here."`},
		"no content type":               {0, "", page, "has no content type", "has no content type"},
		"broken content type":           {0, "application/json; =", page, "content type is", "content type is"},
		"other content type":            {0, "application/problem+xml", page, "content type is", "content type is"},
		"text that ends in +json":       {0, "text/x+json", page, "content type is", "content type is"},
		"beyond the depth of a decoder": {0, json, `{"results":[` + strings.Repeat("[", 20000), notJSON, notJSON},
		"compressed by other means":     {0, json, "\x1b\x0e", notJSON, notJSON},
	}
}

func TestMalformedAnswersAreErrors(t *testing.T) {
	t.Parallel()
	for what, read := range everyRead {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, malformedAnswers(), func(t *testing.T, c malformed) {
				requests := 0
				client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					requests++
					w.Header()["Content-Type"] = []string{c.contentType}
					if c.body == "\x1b\x0e" {
						w.Header().Set("Content-Encoding", "br")
					}
					w.WriteHeader(max(c.status, http.StatusOK))
					_, _ = w.Write([]byte(c.body))
				}))
				got, err := read(t.Context(), client)
				want := c.listing
				if what == "connection" {
					want = c.connection
				}
				if failure, ok := ofKind(err, Unexpected); !ok || !strings.Contains(failure.Detail, want) || failure.Passing || got {
					t.Errorf("got %v, want that it %s", err, want)
				}
				if requests != 1 {
					t.Errorf("got %d requests", requests)
				}
			})
		})
	}
}

// The challenge is that of RFC 6750, which a gateway in between does not send.
func TestTokensThatAChallengeRefusesAreRefusedByAtlas(t *testing.T) {
	t.Parallel()
	virtual.Each(t, map[string]string{"no body": "", "a page": "<title>Sign in</title>"}, func(t *testing.T, body string) {
		refused := sandbox.Answer{Status: http.StatusUnauthorized, Body: &body, Times: -1,
			Headers: map[string]string{"WWW-Authenticate": `Bearer realm="MMS Public API", error="invalid_token"`}}
		_, err := read(t.Context(), connect(t, sandbox.New(virtual.Data(3, refused))))
		failure, ok := ofKind(err, Refused)
		if !ok || !failure.IsAtlas() || failure.Code != "invalid_token" || failure.Attempts != 1 {
			t.Errorf("got %+v", failure)
		}
	})
}

func TestErrorObjectsThatAreTooLargeAreNotDecoded(t *testing.T) {
	t.Parallel()
	const before, after = `{"errorCode": "X", "detail": "`, `"}`
	for size, want := range map[int]string{maxReadText: "X", maxReadText + 1: ""} {
		body := before + strings.Repeat("a", size-len(before)-len(after)) + after
		if code := errorObject([]byte(body)).text("errorCode"); code != want {
			t.Errorf("the code of an object of %d bytes is %q, want %q", size, code, want)
		}
	}
}
