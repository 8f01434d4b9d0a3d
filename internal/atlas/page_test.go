package atlas

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
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
		"nothing":                       {body(""), "is empty"},
		"204":                           {sandbox.Answer{Status: 204, Times: -1}, "has the status 204 No Content"},
		"201":                           {sandbox.Answer{Status: 201, Times: -1}, "has the status 201 Created"},
		"206":                           {sandbox.Answer{Status: 206, Times: -1}, "has the status 206 Partial Content"},
		"space":                         {body("  \n "), "not valid JSON"},
		"null":                          {body("null"), "no list of results"},
		"list":                          {body("[]"), "not a JSON object"},
		"text":                          {body(`"results"`), "not a JSON object"},
		"number":                        {body("1"), "not a JSON object"},
		"empty object":                  {body("{}"), "no list of results"},
		"error with 200":                {body(`{"error":500,"detail":"x"}`), "no list of results"},
		"results null":                  {body(`{"results":null,"totalCount":0}`), "no list of results"},
		"results object":                {body(`{"results":{}}`), "in the field results"},
		"results text":                  {body(`{"results":"none"}`), "in the field results"},
		"element null":                  {body(`{"results":[null]}`), "results[0] is null"},
		"element list":                  {body(`{"results":[{"name":"a"},[]]}`), "results[1] is not a JSON object"},
		"element text":                  {body(`{"results":["a"]}`), "results[0] is not a JSON object"},
		"no name":                       {body(`{"results":[{"type":"Kafka"}]}`), "results[0] has no name"},
		"name null":                     {body(`{"results":[{"name":null}]}`), "results[0] has no name"},
		"name empty":                    {body(`{"results":[{"name":""}]}`), "results[0] has no name"},
		"name object":                   {body(`{"results":[{"name":{"a":1}}]}`), "results[0] has no name"},
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
		"login page":                    {typed("text/html"), `its text begins with "Sign in to the network"`},
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
	eachOperation(t, cases, func(t *testing.T, list operation, c testCase) {
		s := sandbox.New(list.data(3, c.answer))
		listing, err := list.read(t.Context(), connect(t, s), request())
		content, ok := errors.AsType[*transport.ContentError](err)
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
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Body: &body}))
		listing, err := read(t.Context(), connect(t, s))
		if err != nil || len(listing.Results) != 1 || listing.TotalCount != nil {
			t.Fatalf("got %v, %v", listing, err)
		}
		if diff := cmp.Diff(raw, string(listing.Results[0].Raw)); diff != "" || listing.Results[0].Type != "Neptune" {
			t.Errorf("the connection as it came (-want +got):\n%s", diff)
		}
	})
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
		client := newClient(t, &http.Transport{})
		got, err := client.readPage(&http.Response{
			StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(bytes.NewReader(body)),
			Request: &http.Request{},
		}, nil)
		if err != nil {
			if text := err.Error(); got != nil || !isReadError(err) || text != transport.CleanText(text) && len(text) < 1<<10 {
				t.Fatalf("got %v, %q", got, err)
			}
			return
		}
		if status != http.StatusOK || !json.Valid(body) || got.totalCount != nil && *got.totalCount < 0 {
			t.Fatal("this is not a listing")
		}
		for _, connection := range got.results {
			if connection.Name == "" || !json.Valid(connection.Raw) {
				t.Fatal("this is not a connection")
			}
		}
	})
}
