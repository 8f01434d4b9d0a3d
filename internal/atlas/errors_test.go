package atlas

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// statusErrorOf returns the error for an answer, of the token endpoint if signIn.
func statusErrorOf(status int, body string, signIn bool, scrub *scrubber) *StatusError {
	ctx := context.WithValue(context.Background(), historyKey{}, &history{signIn: signIn})
	req := (&http.Request{}).WithContext(ctx)
	return newStatusError(&http.Response{StatusCode: status, Header: http.Header{}, Body: inMemory([]byte(body)), Request: req}, scrub)
}

func TestStatusErrors(t *testing.T) {
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
		"without detail":     {403, `{"error":403,"errorCode":"FORBIDDEN","reason":"Forbidden"}`, "403 Forbidden: FORBIDDEN: Forbidden"},
		"code alone":         {403, `{"error":403,"errorCode":"FORBIDDEN"}`, "403 Forbidden: FORBIDDEN"},
		"of OAuth":           {401, `{"error":"invalid_client","error_description":"Unknown."}`, "401 Unauthorized: invalid_client: Unknown."},
		"of a gateway":       {502, `{"message":"no healthy upstream"}`, `502 Bad Gateway: {"message":"no healthy upstream"}`},
		"text":               {503, "upstream\r\nconnect error\x1b[0m", "503 Service Unavailable: upstream connect error [0m"},
		"nothing":            {500, "", "500 Internal Server Error"},
		"null":               {500, "null", "500 Internal Server Error: null"},
		"other types":        {400, `{"errorCode":5,"detail":[]}`, `400 Bad Request: {"errorCode":5,"detail":[]}`},
		"control characters": {400, `{"errorCode":"A\u0000B","detail":"a\u001b[2Jb\u202ec"}`, "400 Bad Request: A B: a [2Jb c"},
		"unknown status":     {599, "", "599"},
		"long code and detail": {
			400, `{"errorCode":"` + strings.Repeat("c", 2000) + `","detail":"` + strings.Repeat("d", 2000) + `"}`,
			"400 Bad Request: " + strings.Repeat("c", 1004) + "…",
		},
		"redirect": {302, "", "302 Found"},
		"of nginx": {
			404, "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n" +
				"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", "404 Not Found: nginx",
		},
		"of nginx, with a title": {
			400, "<html><head><title>400 No required SSL certificate was sent</title></head><body><h1>400 Bad Request</h1></body></html>",
			"400 Bad Request: 400 No required SSL certificate was sent",
		},
		"a page without a title": {
			502, "\n<!DOCTYPE html><title> </title>We<style>p { color: red }</style>are<script>x()</script>out &amp; about<br>until <b>noon</b>.",
			"502 Bad Gateway: We are out & about until noon .",
		},
		"a page of many words":   {503, "<p>" + strings.Repeat("word ", 100), "503 Service Unavailable: " + strings.Repeat("word ", 39) + "wo…"},
		"a page without words":   {503, "<html><img>", "503 Service Unavailable: <html><img>"},
		"of a Java server":       {502, `{"status":502,"error":"Bad Gateway"}`, `502 Bad Gateway: {"status":502,"error":"Bad Gateway"}`},
		"of a problem's details": {403, `{"title":"Forbidden","detail":"Not today."}`, "403 Forbidden: Not today."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := statusErrorOf(c.status, c.body, strings.HasPrefix(name, "of OAuth"), &scrubber{})
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorsWithoutACodeAreNotOfAtlas(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if e := statusErrorOf(c.status, c.body, c.signIn, &scrubber{}); e.IsAtlas() != c.want {
				t.Errorf("of Atlas is %t: %v", e.IsAtlas(), e)
			}
		})
	}
}

func FuzzStatusError(f *testing.F) {
	for _, seed := range []string{
		"", "null", `{"errorCode":"A","detail":"b","parameters":[1]}`, `{"error":"invalid_client"}`, "<html><title>t</title>x",
		"<title>", "<script>x</script>y", "<style>\x00", "<p>\xff\u202e</p>", "<!--", "<a<b<c", "<title>502 Bad Gateway</title>502 Bad Gateway w",
	} {
		f.Add([]byte(seed), 502)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		const secret = "a-secret-of-some-length"
		scrub := &scrubber{}
		scrub.hide(secret)
		for _, sent := range [][]byte{body, append(slices.Clone(body), " "+secret...)} {
			text := statusErrorOf(status, string(sent), true, scrub).Error()
			if text != CleanText(text) || strings.Contains(text, secret) {
				t.Fatalf("got %q", text)
			}
		}
	})
}
