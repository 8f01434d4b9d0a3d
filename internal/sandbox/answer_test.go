package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestScriptAnswersInOrder(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1,
		sandbox.Answer{},
		sandbox.Answer{Status: http.StatusTooManyRequests, Times: 2, Headers: map[string]string{"Retry-After": "3"}},
		sandbox.Answer{Status: http.StatusServiceUnavailable},
	))
	var got []int
	for range 6 {
		got = append(got, get(t, base+connectionsPath).status)
	}
	if diff := cmp.Diff([]int{200, 429, 429, 503, 200, 200}, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

func TestScriptMayLastForever(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1, sandbox.Answer{Times: -1, Status: http.StatusInternalServerError}))
	for range 20 {
		if a := get(t, base+connectionsPath); a.status != http.StatusInternalServerError {
			t.Fatalf("got %d", a.status)
		}
	}
}

func TestScriptIsForWhoeverIsSignedIn(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1, sandbox.Answer{Status: http.StatusBadGateway}))
	do(t, http.DefaultClient, http.MethodGet, base+connectionsPath, nil, acceptVersion.Clone())
	if a := get(t, base+connectionsPath); a.status != http.StatusBadGateway {
		t.Errorf("a request that was not signed in took the answer: %d", a.status)
	}
}

func TestGatewayIsForEveryResource(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1), sandbox.WithGateway(sandbox.Answer{}, sandbox.Answer{
		Status: http.StatusUnauthorized, Headers: map[string]string{"WWW-Authenticate": "Digest nonsense"}, Body: new("gateway"),
	}))
	if a := get(t, base+connectionsPath); a.status != http.StatusOK {
		t.Errorf("got %d", a.status)
	}
	c := sandbox.DefaultCredentials()
	if a := postForm(t, base+"/api/oauth/token", c.ClientID, c.ClientSecret, clientCredentials); a.status != http.StatusOK {
		t.Errorf("the token endpoint took the answer: %d", a.status)
	}
	a := do(t, http.DefaultClient, http.MethodGet, base+connectionsPath, nil, acceptVersion.Clone())
	if a.body != "gateway" || a.header.Get("WWW-Authenticate") != "Digest nonsense" {
		t.Errorf("got %+v", a)
	}
}

func TestProjectsHaveTheirOwnScript(t *testing.T) {
	t.Parallel()
	data := orders(1)
	p := data.Projects[projectID]
	p.Answers = []sandbox.Answer{{Status: http.StatusForbidden}}
	data.Projects[projectID] = p
	_, base := acctest.Serve(t, data)
	if c, i := get(t, base+connectionsPath).status, get(t, base+instancesPath).status; c != http.StatusOK || i != http.StatusForbidden {
		t.Errorf("connections got %d, instances %d", c, i)
	}
}

func TestAnswerAltersTheListing(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answer sandbox.Answer
		query  string
		want   string // the results and the count
	}{
		"results": {sandbox.Answer{Results: []json.RawMessage{sample(7)}}, "", `[{"name":"c0007","type":"Sample"}] 1`},
		"results are paged": {
			sandbox.Answer{Results: []json.RawMessage{sample(7), sample(8)}},
			"?itemsPerPage=1&pageNum=2", `[{"name":"c0008","type":"Sample"}] 2`,
		},
		"wrong results": {
			sandbox.Answer{Results: []json.RawMessage{json.RawMessage("null"), json.RawMessage("3")}},
			"", `[null,3] 2`,
		},
		"no results": {sandbox.Answer{Results: []json.RawMessage{}}, "", `[] 0`},
		"count": {
			sandbox.Answer{TotalCount: new(9)},
			"", `[{"name":"c0001","type":"Sample"},{"name":"c0002","type":"Sample"}] 9`,
		},
		"no count": {sandbox.Answer{OmitTotalCount: true}, "?pageNum=2", `[] `},
		"page":     {sandbox.Answer{Page: 1}, "?itemsPerPage=1&pageNum=2", `[{"name":"c0001","type":"Sample"}] 2`},
		"status":   {sandbox.Answer{Status: 203}, "?pageNum=2", `[] 2`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, base := acctest.Serve(t, orders(2, tc.answer))
			a := get(t, base+connectionsPath+tc.query)
			got := decode[struct{ Results, TotalCount json.RawMessage }](t, a)
			if s := string(got.Results) + " " + string(got.TotalCount); s != tc.want {
				t.Errorf("got %s, want %s", s, tc.want)
			}
			if tc.answer.Status != 0 && a.status != tc.answer.Status {
				t.Errorf("got %d", a.status)
			}
		})
	}
}

func TestAnswerReplacesTheListing(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answer sandbox.Answer
		want   answer
	}{
		"an empty body": {sandbox.Answer{Body: new("")}, answer{200, http.Header{"Content-Type": {mediaType}}, ""}},
		"a proxy's page": {
			sandbox.Answer{Body: new("<html>"), Headers: map[string]string{"content-type": "text/html"}},
			answer{200, http.Header{"Content-Type": {"text/html"}}, "<html>"},
		},
		"no content type": {
			sandbox.Answer{Body: new("{}"), Headers: map[string]string{"Content-Type": ""}},
			answer{200, http.Header{"Content-Type": nil}, "{}"},
		},
		"no content":       {sandbox.Answer{Status: 204}, answer{204, nil, ""}},
		"a redirect":       {sandbox.Answer{Redirect: "http://other/"}, answer{302, http.Header{"Location": {"http://other/"}}, ""}},
		"another redirect": {sandbox.Answer{Redirect: "/here", Status: 307}, answer{307, http.Header{"Location": {"/here"}}, ""}},
		"a rate limit": {
			sandbox.Answer{Status: 429, Headers: map[string]string{"Retry-After": "1"}},
			answer{429, http.Header{"Retry-After": {"1"}}, "RATE_LIMITED_TOKEN_BUCKET"},
		},
		"a refused sign-in": {
			sandbox.Answer{Status: 401},
			answer{401, http.Header{"Www-Authenticate": {
				`Bearer error="invalid_token", error_description="The access token is invalid, expired or revoked."`,
			}}, `"errorCode" : "UNEXPECTED_ERROR"`},
		},
		"a missing role": {
			sandbox.Answer{Status: 401, ErrorCode: "USER_UNAUTHORIZED"},
			answer{401, http.Header{"Www-Authenticate": nil}, `"parameters":[]`},
		},
		"another's error page": {
			sandbox.Answer{Status: 403, Body: new("<html>")},
			answer{403, http.Header{"X-Error-Code": nil}, "<html>"},
		},
		"an error of Atlas": {
			sandbox.Answer{Status: 400, ErrorCode: "CODE", Detail: "Detail."},
			answer{400, nil, `{"detail":"Detail.","error":400,"errorCode":"CODE","parameters":[],"reason":"Bad Request"}`},
		},
		"an unusual error":   {sandbox.Answer{Status: 418}, answer{418, nil, "UNEXPECTED_ERROR"}},
		"an error of others": {sandbox.Answer{Status: 502, Body: new("bad gateway")}, answer{502, nil, "bad gateway"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, base := acctest.Serve(t, orders(1, tc.answer))
			got := get(t, base+connectionsPath)
			if got.status != tc.want.status || tc.want.body == "" && got.body != "" || !strings.Contains(got.body, tc.want.body) {
				t.Errorf("got %d %q, want %d %q", got.status, got.body, tc.want.status, tc.want.body)
			}
			for name, want := range tc.want.header {
				if diff := cmp.Diff(want, got.header[name]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}
