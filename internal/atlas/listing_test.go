package atlas

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestAnswersThatAreNoListing(t *testing.T) {
	t.Parallel()
	body := func(text string) sandbox.Answer { return sandbox.Answer{Body: &text, Times: -1} }
	typed := func(contentType string) sandbox.Answer {
		html := "<html>Sign in to the network</html>"
		return sandbox.Answer{Body: &html, Headers: map[string]string{"Content-Type": contentType}, Times: -1}
	}
	type testCase struct {
		answer sandbox.Answer
		reason string
	}
	cases := map[string]testCase{
		"nothing":        {body(""), "is empty"},
		"204":            {sandbox.Answer{Status: 204, Times: -1}, "has the status 204 No Content"},
		"201":            {sandbox.Answer{Status: 201, Times: -1}, "has the status 201 Created"},
		"206":            {sandbox.Answer{Status: 206, Times: -1}, "has the status 206 Partial Content"},
		"space":          {body("  \n "), "not valid JSON"},
		"null":           {body("null"), "no list of results"},
		"list":           {body("[]"), "not a JSON object"},
		"text":           {body(`"results"`), "not a JSON object"},
		"number":         {body("1"), "not a JSON object"},
		"empty object":   {body("{}"), "no list of results"},
		"error with 200": {body(`{"error":500,"detail":"x"}`), "no list of results"},
		"results null":   {body(`{"results":null,"totalCount":0}`), "no list of results"},
		"results object": {body(`{"results":{}}`), "in the field results"},
		"results text":   {body(`{"results":"none"}`), "in the field results"},
		"element null":   {body(`{"results":[null]}`), "results[0] is null"},
		"element list":   {body(`{"results":[{"name":"a"},[]]}`), "results[1] is not a JSON object"},
		"element text":   {body(`{"results":["a"]}`), "results[0] is not a JSON object"},
		"no name":        {body(`{"results":[{"type":"Kafka"}]}`), "results[0] has no name"},
		"name null":      {body(`{"results":[{"name":null}]}`), "results[0] has no name"},
		"name empty":     {body(`{"results":[{"name":""}]}`), "results[0] has no name"},
		"name number":    {body(`{"results":[{"name":5}]}`), "results[0] has a number in the field"},
		"type object":    {body(`{"results":[{"name":"a","type":{}}]}`), "results[0] has a object in the field"},
		"headers list":   {body(`{"results":[{"name":"a","headers":[]}]}`), "results[0] has a array in the field"},
		"deep field": {
			body(`{"results":[{"name":"a","authentication":{"aws":{"roleArn":1}}}]}`), "field authentication.aws.roleArn",
		},
		"count text":                    {body(`{"results":[],"totalCount":"0"}`), "in the field totalCount"},
		"count negative":                {body(`{"results":[],"totalCount":-1}`), "negative totalCount"},
		"count fraction":                {body(`{"results":[],"totalCount":1.5}`), "in the field totalCount"},
		"count absurd":                  {body(`{"results":[],"totalCount":1e30}`), "in the field totalCount"},
		"links text":                    {body(`{"results":[],"links":"next"}`), "in the field links"},
		"cut":                           {body(`{"results":[{"name":"a"}`), "not valid JSON"},
		"cut in a string":               {body(`{"results":[{"name":"a`), "not valid JSON"},
		"something after":               {body(`{"results":[]}{"results":[]}`), "not valid JSON"},
		"bracket after":                 {body(`{"results":[]}]`), "not valid JSON"},
		"byte order mark":               {body("\ufeff" + `{"results":[]}`), "not valid JSON"},
		"HTML as JSON":                  {typed("application/json"), "not valid JSON"},
		"HTML":                          {typed("text/html; charset=utf-8"), `content type is "text/html`},
		"no content type":               {typed(""), "has no content type"},
		"broken content type":           {typed("application/json; ="), "content type is"},
		"other content type":            {typed("application/problem+xml"), "content type is"},
		"text that ends in +json":       {typed("text/x+json"), "content type is"},
		"beyond the depth of a decoder": {body(`{"results":[` + strings.Repeat("[", 20000)), "not valid JSON"},
		"compressed by other means": {
			sandbox.Answer{Body: new("\x1b\x0e"), Headers: map[string]string{"Content-Encoding": "br"}}, "not valid JSON",
		},
	}
	inVirtualTime(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(orders(3, c.answer))
		listing, err := read(t.Context(), connect(t, s))
		content, ok := errors.AsType[*ContentError](err)
		if !ok || !strings.Contains(content.Reason, c.reason) || listing != nil {
			t.Errorf("got %v, %v", listing, err)
		}
		if got := len(s.Requests()); got != 1 {
			t.Errorf("got %d requests", got)
		}
	})
}

func TestUnknownFieldsPass(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const raw = `{"name":"a","type":"Neptune","new":{"deep":[1,2.5,null]},"authentication":{"newer":true}}`
		body := `{"new":[],"results":[` + raw + `],"links":[{"rel":"self","x":1}],"totalCount":null}`
		s := sandbox.New(orders(3, sandbox.Answer{Body: &body}))
		listing, err := read(t.Context(), connect(t, s))
		if err != nil || len(listing.Connections) != 1 || listing.TotalCount != nil {
			t.Fatalf("got %v, %v", listing, err)
		}
		if diff := cmp.Diff(raw, string(listing.Connections[0].Raw)); diff != "" || *listing.Connections[0].Type != "Neptune" {
			t.Errorf("the connection as it came (-want +got):\n%s", diff)
		}
	})
}

func TestContentTypesOfJSONPass(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"plain": "application/json", "parameters": "application/json; charset=utf-8", "capitals": "Application/JSON",
		"of Atlas": "application/vnd.atlas.2025-03-12+json;charset=utf-8",
	}
	inVirtualTime(t, cases, func(t *testing.T, contentType string) {
		s := sandbox.New(orders(3, sandbox.Answer{Headers: map[string]string{"Content-Type": contentType}}))
		if listing, err := read(t.Context(), connect(t, s)); err != nil || len(listing.Connections) != 3 {
			t.Errorf("got %v, %v", listing, err)
		}
	})
}

// padded returns a listing of n bytes.
func padded(n int) []byte {
	const before, after = `{"results":[{"name":"a","new":"`, `"}]}`
	return []byte(before + strings.Repeat("x", n-len(before)-len(after)) + after)
}

func TestBodiesAreReadUpToTheirLimit(t *testing.T) {
	t.Parallel()
	type testCase struct {
		size       int
		compressed bool
		fits       bool
	}
	cases := map[string]testCase{
		"16 MiB":                       {maxBody, false, true},
		"16 MiB and a byte":            {maxBody + 1, false, false},
		"16 MiB, compressed":           {maxBody, true, true},
		"16 MiB and a byte compressed": {maxBody + 1, true, false},
		"a bomb":                       {10 * maxBody, true, false},
	}
	inVirtualTime(t, cases, func(t *testing.T, c testCase) {
		requests := 0
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests++
			w.Header().Set("Content-Type", "application/json")
			var out io.Writer = w
			if c.compressed {
				w.Header().Set("Content-Encoding", "gzip")
				zip := gzip.NewWriter(w)
				defer func() { _ = zip.Close() }()
				out = zip
			}
			_, _ = out.Write(padded(c.size))
		}))
		listing, err := read(t.Context(), client)
		content, ok := errors.AsType[*ContentError](err)
		switch {
		case c.fits && (err != nil || len(listing.Connections) != 1):
			t.Errorf("got %v", err)
		case !c.fits && (!ok || content.Reason != "is larger than 16 MiB"):
			t.Errorf("got %v", err)
		case requests != 1:
			t.Errorf("got %d requests", requests)
		}
	})
}

func TestCompressedBodiesThatBreak(t *testing.T) {
	t.Parallel()
	var whole bytes.Buffer
	zip := gzip.NewWriter(&whole)
	_, _ = zip.Write(padded(1000))
	_ = zip.Close()
	type testCase struct {
		body     []byte
		requests int
	}
	cases := map[string]testCase{
		"cut":        {whole.Bytes()[:whole.Len()-9], 3},
		"not gzip":   {[]byte(`{"results":[]}`), 1},
		"wrong sum":  {append(bytes.Clone(whole.Bytes()[:whole.Len()-8]), 0, 0, 0, 0, 0, 0, 0, 0), 1},
		"no content": {nil, 1},
	}
	inVirtualTime(t, cases, func(t *testing.T, c testCase) {
		requests := 0
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests++
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Transfer-Encoding", "chunked")
			_, _ = w.Write(c.body)
			_ = http.NewResponseController(w).Flush()
		}), withRetries(2))
		listing, err := read(t.Context(), client)
		if !isOwn(err) || listing != nil || requests != c.requests {
			t.Errorf("got %v, %v after %d requests", listing, err, requests)
		}
	})
}

func TestStreamInstanceNames(t *testing.T) {
	t.Parallel()
	type testCase struct {
		body string
		want []string // nil where it is an error
	}
	cases := map[string]testCase{
		"as Atlas has them": {"", []string{testInstance}},
		"none":              {`{"results":[]}`, []string{}},
		"not clean": {
			`{"results":[{"name":"a\u0007b"},{"name":"` + sandbox.DefaultCredentials().AccessToken + `"}]}`, []string{"a b", "(hidden)"},
		},
		"without name": {`{"results":[{},null]}`, []string{}},
		"empty object": {`{}`, nil},
		"null":         {`null`, nil},
		"HTML":         {`<html>`, nil},
	}
	inVirtualTime(t, cases, func(t *testing.T, c testCase) {
		data := orders(1)
		if c.body != "" {
			project := data.Projects[testProject]
			project.Answers = []sandbox.Answer{{Body: &c.body}}
			data.Projects[testProject] = project
		}
		got, err := connect(t, sandbox.New(data)).StreamInstanceNames(t.Context(), testProject)
		if diff := cmp.Diff(c.want, got); diff != "" || (err != nil) != (c.want == nil) {
			t.Errorf("got %v; names (-want +got):\n%s", err, diff)
		}
	})
}

func TestPendingClientsNameTheArgument(t *testing.T) {
	t.Parallel()
	client := NewPendingClient("client_secret")
	_, err := client.ListStreamConnections(t.Context(), request())
	_, namesErr := client.StreamInstanceNames(t.Context(), testProject)
	client.Close(t.Context())
	for _, err := range []error{err, namesErr} {
		if unknown, ok := errors.AsType[*UnknownArgumentError](err); !ok || unknown.Argument != "client_secret" {
			t.Errorf("got %v", err)
		}
	}
}

func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		`{"results":[{"name":"a","type":"Kafka","authentication":{"aws":{}},"networking":{"access":{"tgwRouteId":"t"}}}],"totalCount":1}`,
		`{"results":[],"links":[{"rel":"next","href":"x"}],"totalCount":9223372036854775807}`,
		`{"results":[null]}`, `{"results":null}`, `null`, `[]`, `{}`, ``, `{"results":[{"name":""}]}`, `{"results":[{"NAME":"a"}],"Results":[1]}`,
		`{"results":[{"name":"a","headers":{"x":null}}]} `, "{\"results\":[{\"name\":\"\xff\\ud800\"}]}", `{"results":[{"name":"a"}]}x`,
	} {
		f.Add([]byte(seed), "application/json", 200)
	}
	f.Add([]byte(`{"errorCode":"X","detail":["y"]}`), "application/vnd.atlas.2025-03-12+json", 404)
	f.Add([]byte(`<html>`), "text/html", 503)
	f.Fuzz(func(t *testing.T, body []byte, contentType string, status int) {
		client, err := newClient(Config{BaseURL: mustParse(t, DefaultBaseURL), Credentials: testToken()}, newBaseTransport())
		if err != nil {
			t.Fatal(err)
		}
		got, err := client.readPage(&http.Response{
			StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: &memoryBody{Reader: bytes.NewReader(body)},
		})
		if err != nil {
			if text := err.Error(); got != nil || !isOwn(err) || text != CleanText(text) && len(text) < maxServerText {
				t.Fatalf("got %v, %q", got, err)
			}
			return
		}
		if status != http.StatusOK || !json.Valid(body) || got.totalCount != nil && *got.totalCount < 0 {
			t.Fatal("this is no listing")
		}
		for _, connection := range got.connections {
			if *connection.Name == "" || !json.Valid(connection.Raw) {
				t.Fatal("this is no connection")
			}
		}
	})
}
