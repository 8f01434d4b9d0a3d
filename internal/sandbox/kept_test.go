package sandbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestKeepsTheNewestRequestsAlone(t *testing.T) {
	t.Parallel()
	s := New(nil)
	const more = 3
	for i := range keptRequests + more {
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("/%d", i), nil))
	}
	got := s.Requests()
	first, last := got[0].Path, got[len(got)-1].Path
	if len(got) != keptRequests || first != fmt.Sprintf("/%d", more) || last != fmt.Sprintf("/%d", keptRequests+more-1) {
		t.Errorf("kept %d requests, from %s to %s", len(got), first, last)
	}
}

func TestRemembersNoTokenThatIsNotOfAnAccount(t *testing.T) {
	t.Parallel()
	c := DefaultCredentials()
	s := New(nil)
	for _, token := range []string{"unknown", c.AccessToken} {
		form := strings.NewReader(url.Values{"token": {token}}.Encode())
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/oauth/revoke", form)
		r.SetBasicAuth(c.ClientID, c.ClientSecret)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("revoking %s got %d", token, w.Code)
		}
	}
	if len(s.revoked) != 1 || !s.revoked[c.AccessToken] {
		t.Errorf("remembers %d tokens, the one of the account: %t", len(s.revoked), s.revoked[c.AccessToken])
	}
}
