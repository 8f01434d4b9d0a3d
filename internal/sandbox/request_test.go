package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestRequestsAreRecordedWithoutSecrets(t *testing.T) {
	t.Parallel()
	var log lines
	s, base := acctest.Serve(t, orders(1), sandbox.WithRequestLog(&log))
	get(t, base+connectionsPath+"?pageNum=1&access_token=secret")
	do(t, http.DefaultClient, http.MethodGet, base+"/other", nil, http.Header{"Authorization": {"secret"}})

	got := s.Requests()
	want := []string{"GET " + connectionsPath + " connections bearer 200", "GET /other other other 401"}
	for i, r := range got {
		line := fmt.Sprintf("%s %s %s %s %d", r.Method, r.Path, r.Endpoint, r.AuthScheme, r.Status)
		if line != want[i] {
			t.Errorf("got %q, want %q", line, want[i])
		}
	}
	if len(got) != 2 || got[0].Query.Get("pageNum") != "1" || got[0].Query.Get("access_token") != "REDACTED" {
		t.Errorf("got %+v", got)
	}
	logged := log.all()
	if len(logged) != 2 || strings.Contains(strings.Join(logged, ""), "secret") {
		t.Fatalf("logged %q", logged)
	}
	var r sandbox.Request
	if err := json.Unmarshal([]byte(logged[0]), &r); err != nil || r.Status != http.StatusOK {
		t.Errorf("logged %q: %v", logged[0], err)
	}
}
