package atlas

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

func TestListingsArriveWhole(t *testing.T) {
	t.Parallel()
	cases := map[string][2]int{ // size to requests
		"none": {0, 1}, "one": {1, 1}, "499": {499, 1}, "500": {500, 2}, "501": {501, 2}, "1000": {1000, 3}, "1234": {1234, 3},
	}
	for _, counted := range []bool{true, false} {
		t.Run(fmt.Sprintf("counted %t", counted), func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, cases, func(t *testing.T, c [2]int) {
				s := sandbox.New(virtual.Data(c[0], sandbox.Answer{OmitTotalCount: !counted, Times: -1}))
				listing, err := read(t.Context(), connect(t, s))
				if err != nil {
					t.Fatal(err)
				}
				for i, connection := range listing.Connections {
					if want := fmt.Sprintf("connection-%05d", i); connection.Name != want {
						t.Fatalf("got %s, want %s", connection.Name, want)
					}
				}
				if got := len(s.Requests()); len(listing.Connections) != c[0] || got != c[1] || listing.Connections == nil {
					t.Errorf("got %d connections in %d requests", len(listing.Connections), got)
				}
				if counted != (listing.TotalCount != nil) || counted && *listing.TotalCount != int64(c[0]) || listing.IsShort() {
					t.Errorf("got the count %v", listing.TotalCount)
				}
			})
		})
	}
}

func TestOnePageIsReadAlone(t *testing.T) {
	t.Parallel()
	cases := map[string][3]int{ // page to its first and its number of connections
		"first": {1, 0, 500}, "second": {2, 500, 500}, "last": {3, 1000, 234}, "beyond the last": {4, 0, 0}, "far beyond": {1 << 30, 0, 0},
	}
	virtual.Each(t, cases, func(t *testing.T, c [3]int) {
		s := sandbox.New(virtual.Data(1234))
		r := request()
		r.PageNum = c[0]
		listing, err := connect(t, s).ListStreamConnections(t.Context(), r)
		if err != nil || len(listing.Connections) != c[2] || *listing.TotalCount != 1234 || listing.Connections == nil || len(s.Requests()) != 1 {
			t.Fatalf("got %v, %v in %d requests", listing, err, len(s.Requests()))
		}
		if c[2] > 0 && listing.Connections[0].Name != fmt.Sprintf("connection-%05d", c[1]) {
			t.Errorf("got %s first", listing.Connections[0].Name)
		}
	})
}

func TestFailuresOfALaterPageLeaveNoListing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(1234, sandbox.Answer{}, sandbox.Answer{Status: 403}))
		listing, err := read(t.Context(), connect(t, s))
		if status, ok := errors.AsType[*transport.StatusError](err); !ok || status.Status != 403 || listing != nil || len(s.Requests()) != 2 {
			t.Errorf("got %v, %v after %d requests", listing, err, len(s.Requests()))
		}
	})
}
