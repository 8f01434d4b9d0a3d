package sandbox

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
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

// longRequests are requests with parts that are as long as a client can make them.
func longRequests(t *testing.T) map[string]*http.Request {
	t.Helper()
	text := strings.Repeat("a", 1<<20)
	query := "?pageNum=" + text + "&" + text + "=1" + strings.Repeat("&itemsPerPage", 1<<12)
	all := httptest.NewRequestWithContext(t.Context(), text, "/"+text+query, nil)
	all.Header.Set("Accept", text)
	all.Header.Set("User-Agent", text)
	return map[string]*http.Request{
		"all long":           all,
		"a long query":       httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+query, nil),
		"a query of nothing": httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?"+strings.Repeat("&itemsPerPage", 1<<12), nil),
	}
}

func TestKeepsAtMostTwoKibibytesOfARequest(t *testing.T) {
	t.Parallel()
	for name, r := range longRequests(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			s := New(nil, WithRequestLog(&log))
			s.ServeHTTP(httptest.NewRecorder(), r)
			const names = 256 // of the fields, the time, and the status
			if log.Len() > keptBytes+names {
				t.Errorf("kept %d bytes", log.Len())
			}
			values := 0
			for _, v := range s.Requests()[0].Query {
				values += len(v)
			}
			if values > keptBytes/32 {
				t.Errorf("kept %d parameters", values)
			}
		})
	}
}

func TestARequestOfUsualLengthIsKeptWhole(t *testing.T) {
	t.Parallel()
	s := New(nil)
	path := "/api/atlas/v2/groups/5f0123456789abcdef012345/streams/" + strings.Repeat("%C3%BC", 64) + "/connections/" + strings.Repeat("n", 64)
	query := "envelope=false&includeCount=true&itemsPerPage=500&pageNum=50&pretty=false"
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path+"?"+query, nil)
	r.Header.Set("Accept", strings.Repeat("application/vnd.atlas.2023-02-01+json,", 4))
	r.Header.Set("User-Agent", strings.Repeat("Terraform/1.15.0 (+https://www.terraform.io) ", 8))
	s.ServeHTTP(httptest.NewRecorder(), r)
	got := s.Requests()[0]
	if got.Path != path || got.Query.Encode() != query || got.Accept != r.Header.Get("Accept") || got.UserAgent != r.UserAgent() {
		t.Errorf("kept %+v", got)
	}
}

// A record must not refer to parts of the request either, which would stay in memory with it.
func TestLongRequestsDoNotStayInMemory(t *testing.T) { //nolint:paralleltest // It measures the memory of the process.
	inUse := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc) //nolint:gosec // Far below the limit.
	}
	s := New(nil)
	before := inUse()
	for range 20 {
		for _, r := range longRequests(t) {
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
	if grown := inUse() - before; grown > 4<<20 {
		t.Errorf("60 requests hold %d MiB", grown>>20)
	}
	if len(s.Requests()) != 60 {
		t.Error("the requests are not kept")
	}
}

// nonces sends requests without credentials, each of which gets a challenge.
func nonces(t *testing.T, s *Sandbox, n int) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	for range n {
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
}

func TestKeepsTheNewestNoncesAlone(t *testing.T) {
	t.Parallel()
	s := New(nil)
	nonces(t, s, 1)
	oldest := s.issued[0].value
	nonces(t, s, keptNonces)
	if len(s.nonces) != keptNonces || len(s.issued) != keptNonces || s.nonces[oldest] != nil {
		t.Errorf("kept %d nonces, the oldest: %t", len(s.nonces), s.nonces[oldest] != nil)
	}
}

func TestExpiredNoncesAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New(nil)
		nonces(t, s, 10)
		time.Sleep(s.nonceLifetime)
		nonces(t, s, 2)
		if len(s.nonces) != 2 || len(s.issued) != 2 {
			t.Errorf("kept %d nonces", len(s.nonces))
		}
	})
}

// With all nonces that are kept, a challenge takes about as long as with none.
func BenchmarkChallengeAmongManyNonces(b *testing.B) {
	x := &exchange{Sandbox: New(nil)}
	for range keptNonces {
		x.challenge(false)
	}
	for b.Loop() {
		x.challenge(false)
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
