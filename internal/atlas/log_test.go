package atlas

import (
	"bytes"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestRequestsAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := sandbox.New(virtual.Data(3,
			sandbox.Answer{Status: 429, Delay: sandbox.Duration(time.Second), Headers: map[string]string{
				"Retry-After": "2", "RateLimit-Limit": "300", "RateLimit-Remaining": "0",
			}},
			sandbox.Answer{Headers: map[string]string{"RateLimit-Limit": "words", "RateLimit-Remaining": "299"}},
		))
		if _, err := read(tflogtest.RootLogger(t.Context(), &log), connect(t, s, signedInBy(testServiceAccount()))); err != nil {
			t.Fatal(err)
		}
		lines, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			delete(line, "@module")
			delete(line, "@timestamp")
			delete(line, "wait_ms")
		}
		want := []map[string]any{
			{
				"@level": "debug", "@message": "Request answered", "method": "POST", "path": tokenPath,
				"attempt": 1.0, "status": 200.0, "duration_ms": 0.0,
			},
			{
				"@level": "debug", "@message": "Request answered", "method": "GET", "path": connectionsPath, "attempt": 1.0, "status": 429.0,
				"duration_ms": 1000.0, "Retry-After": 2.0, "RateLimit-Limit": 300.0, "RateLimit-Remaining": 0.0,
			},
			{
				"@level": "warn", "@message": "Waiting to send a request to Atlas again", "method": "GET", "path": connectionsPath, "attempt": 1.0,
				"reason": "429 Too Many Requests",
			},
			{
				"@level": "debug", "@message": "Request answered", "method": "GET", "path": connectionsPath, "attempt": 2.0, "status": 200.0,
				"duration_ms": 0.0, "RateLimit-Remaining": 299.0,
			},
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

func TestFailedRequestsAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Break: sandbox.Close}))
		if _, err := read(tflogtest.RootLogger(t.Context(), &log), connect(t, s, withRetries(0))); err == nil {
			t.Fatal("got no error")
		}
		lines, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil || len(lines) != 1 || lines[0]["error"] != "EOF" || lines[0]["method"] != "GET" || lines[0]["attempt"] != 1.0 ||
			lines[0]["@message"] != "Request failed without an answer" {
			t.Errorf("got %v, %v", lines, err)
		}
	})
}

func TestRequestsNameTheProgram(t *testing.T) {
	t.Parallel()
	virtual.Each(t, everySignIn(), func(t *testing.T, signIn Credentials) {
		s := sandbox.New(virtual.Data(3))
		requests := 0
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests++
			if got := r.Header.Values("User-Agent"); len(got) != 1 || got[0] != "terraform-provider-atlas/test" {
				t.Errorf("%s %s is of %q", r.Method, r.URL.Path, got)
			}
			s.ServeHTTP(w, r)
		}), signedInBy(signIn))
		if _, err := read(t.Context(), client); err != nil || requests == 0 {
			t.Errorf("got %v after %d requests", err, requests)
		}
	})
}
