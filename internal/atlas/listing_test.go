package atlas

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

func TestListingsArriveWhole(t *testing.T) {
	t.Parallel()
	// The number of connections and that of requests, with and without a count. Without one, a full page may not be the last.
	cases := map[bool]map[string][2]int{
		true: {
			"none": {0, 1}, "one": {1, 1}, "499": {499, 1}, "500": {500, 1}, "501": {501, 2}, "1000": {1000, 2}, "1234": {1234, 3},
		},
		false: {
			"none": {0, 1}, "one": {1, 1}, "499": {499, 1}, "500": {500, 2}, "501": {501, 2}, "1000": {1000, 3}, "1234": {1234, 3},
		},
	}
	for counted, cases := range cases {
		t.Run(fmt.Sprintf("counted %t", counted), func(t *testing.T) {
			t.Parallel()
			eachOperation(t, cases, func(t *testing.T, list operation, c [2]int) {
				s := sandbox.New(list.data(c[0], sandbox.Answer{OmitTotalCount: !counted, Times: -1}))
				listing, err := list.read(t.Context(), connect(t, s), request())
				if err != nil {
					t.Fatal(err)
				}
				for i, result := range listing.Results {
					if want := fmt.Sprintf("connection-%05d", i); result.Name != want {
						t.Fatalf("got %s, want %s", result.Name, want)
					}
				}
				if got := len(s.Requests()); len(listing.Results) != c[0] || got != c[1] || listing.Results == nil {
					t.Errorf("got %d results in %d requests", len(listing.Results), got)
				}
				if counted != (listing.TotalCount != nil) || counted && *listing.TotalCount != int64(c[0]) || listing.IsShort() {
					t.Errorf("got the count %v", listing.TotalCount)
				}
			})
		})
	}
}

// The count is an estimate.
func TestListingsLongerThanTheirCountArriveWhole(t *testing.T) {
	t.Parallel()
	eachOperation(t, map[string]int{"by one": 500, "by all": 0}, func(t *testing.T, list operation, count int) {
		s := sandbox.New(list.data(501, sandbox.Answer{TotalCount: &count, Times: -1}))
		listing, err := list.read(t.Context(), connect(t, s), request())
		if err != nil || len(listing.Results) != 501 || *listing.TotalCount != int64(count) || len(s.Requests()) != 2 {
			t.Errorf("got %v, %v in %d requests", listing, err, len(s.Requests()))
		}
	})
}

func TestLinksHaveNoOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := `{"results":[{"name":"a"}],"links":[{"rel":"previous"},{"rel":"next"},{"rel":"self"}]}`
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Body: &first}, sandbox.Answer{Body: new(`{"results":[{"name":"b"}]}`)}))
		listing, err := read(t.Context(), connect(t, s))
		if err != nil || len(listing.Results) != 2 || len(s.Requests()) != 2 {
			t.Errorf("got %v, %v in %d requests", listing, err, len(s.Requests()))
		}
	})
}

func TestOnePageIsReadAlone(t *testing.T) {
	t.Parallel()
	cases := map[string][3]int{ // page number, first connection, and number of connections
		"first": {1, 0, 500}, "second": {2, 500, 500}, "last": {3, 1000, 234}, "beyond the last": {4, 0, 0}, "far beyond": {1 << 30, 0, 0},
	}
	eachOperation(t, cases, func(t *testing.T, list operation, c [3]int) {
		s := sandbox.New(list.data(1234))
		r := request()
		r.PageNum = c[0]
		listing, err := list.read(t.Context(), connect(t, s), r)
		if err != nil || len(listing.Results) != c[2] || *listing.TotalCount != 1234 || listing.Results == nil || len(s.Requests()) != 1 {
			t.Fatalf("got %v, %v in %d requests", listing, err, len(s.Requests()))
		}
		if c[2] > 0 && listing.Results[0].Name != fmt.Sprintf("connection-%05d", c[1]) {
			t.Errorf("got %s first", listing.Results[0].Name)
		}
	})
}

func TestFailuresOfALaterPageLeaveNoListing(t *testing.T) {
	t.Parallel()
	cases := map[string]int{"forbidden": 403, "not found": 404}
	eachOperation(t, cases, func(t *testing.T, list operation, code int) {
		s := sandbox.New(list.data(1234, sandbox.Answer{}, sandbox.Answer{Status: code}))
		listing, err := list.read(t.Context(), connect(t, s), request())
		if status, ok := errors.AsType[*transport.StatusError](err); !ok || status.Status != code || listing != nil || len(s.Requests()) != 2 {
			t.Errorf("got %v, %v after %d requests", listing, err, len(s.Requests()))
		}
	})
}

func TestBaseURLsKeepAnEscapedPath(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		base, err := transport.ParseBaseURL("http://127.0.0.1/a%2Fgateway/")
		if err != nil {
			t.Fatal(err)
		}
		credentials := sandbox.DefaultCredentials()
		s := sandbox.New(virtual.Data(3))
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/a%2Fgateway")
			if r.URL, err = url.Parse(rest + "?" + r.URL.RawQuery); !ok || err != nil {
				t.Errorf("got a request for %s", r.RequestURI)
			}
			s.ServeHTTP(w, r)
		}), func(cfg *transport.Config) {
			cfg.BaseURL = base
			cfg.Credentials = transport.ServiceAccount{ClientID: credentials.ClientID, ClientSecret: credentials.ClientSecret}
		})
		if _, err := read(t.Context(), client); err != nil {
			t.Error(err)
		}
		client.Close(t.Context())
		if got := len(s.Requests()); got != 3 {
			t.Errorf("got %d requests", got)
		}
	})
}

func TestParallelReadsOfASlowServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Delay: sandbox.Duration(10 * time.Second), Times: -1}))
		client := connect(t, s, func(cfg *transport.Config) { cfg.MaxRetries = 0 })
		var reads sync.WaitGroup
		for range 100 {
			reads.Go(func() {
				if listing, err := read(t.Context(), client); err != nil || len(listing.Results) != 3 {
					t.Errorf("got %v", err)
				}
			})
		}
		reads.Wait()
	})
}
