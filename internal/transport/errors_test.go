package transport

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := newStatusError(c.status, http.Header{}, []byte(c.body), &scrubber{})
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}
