package sandbox_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// read describes one read of the listing in a few words: the status, the names, the count.
func read(t *testing.T, client *http.Client, query string) string {
	t.Helper()
	a, err := try(t, client, http.MethodGet, "http://atlas"+connectionsPath+query, nil, bearer(sandbox.DefaultCredentials().AccessToken))
	if err != nil {
		return "broken"
	}
	words := []string{strconv.Itoa(a.status)}
	if a.status != http.StatusOK || a.header.Get("Content-Type") != version || a.body == "" {
		for _, header := range []string{"Retry-After", "Location"} {
			if v := a.header.Get(header); v != "" {
				words = append(words, v)
			}
		}
		for _, code := range []string{"IP_ADDRESS_NOT_ON_ACCESS_LIST", "Sign in"} {
			if strings.Contains(a.body, code) {
				words = append(words, code)
			}
		}
		return strings.Join(words, " ")
	}
	p := decode[page](t, a)
	for _, r := range p.Results {
		words = append(words, r.Name)
	}
	return strings.Join(append(words, "of", strconv.Itoa(*p.TotalCount)), " ")
}

func TestEachFaultDoesWhatItSays(t *testing.T) {
	t.Parallel()
	const normal = "200 c0001 c0002 of 2"
	repeated := func(s string) []string { return []string{s, s, s, s} }
	cases := map[sandbox.Fault]struct {
		query string
		want  []string
		took  time.Duration // of each read
	}{
		sandbox.RateLimited:  {want: []string{"429 1", "429 1", normal, normal}},
		sandbox.Unavailable:  {want: repeated("503")},
		sandbox.Flaky:        {want: []string{"503", "broken", "broken", normal}},
		sandbox.Slow:         {want: repeated(normal), took: 5 * time.Second},
		sandbox.Hanging:      {want: repeated("broken"), took: time.Minute},
		sandbox.ExpiredToken: {want: repeated("401")}, // The static token is gone for good.
		sandbox.Forbidden:    {want: repeated("403")},
		sandbox.NotOnList:    {want: repeated("403 IP_ADDRESS_NOT_ON_ACCESS_LIST")},
		sandbox.Moving:       {want: []string{"200 c0002 of 2", normal, normal, normal}},
		sandbox.AlwaysMoving: {want: []string{
			"200 c0001 c0002 passing-000 of 4", "200 c0001 c0002 passing-001 of 4", "200 c0001 c0002 passing-002 of 4",
		}},
		sandbox.Miscounted:    {want: repeated("200 c0001 c0002 of 3")},
		sandbox.IgnoresPaging: {query: "?itemsPerPage=1&pageNum=2", want: repeated("200 c0001 of 2")},
		sandbox.UnknownType:   {want: repeated("200 c0001 c0002 not-yet-known of 3")},
		sandbox.LoginPage:     {want: repeated("200 Sign in")},
		sandbox.EmptyAnswer:   {want: repeated("200")},
		sandbox.Redirected:    {want: repeated("302 https://elsewhere.invalid/")},
	}
	names, descriptions := sandbox.Faults()
	if len(names) != len(cases) {
		t.Errorf("%d faults, %d cases", len(names), len(cases))
	}
	for _, name := range names {
		tc, ok := cases[name]
		if !ok {
			t.Errorf("%s has no case", name)
		}
		if !strings.HasSuffix(descriptions[name], ".") {
			t.Errorf("%s has no description", name)
		}
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				data := orders(2)
				i := data.Projects[projectID].Instances["orders"]
				i.Fault = name
				data.Projects[projectID].Instances["orders"] = i
				client := inMemory(t, sandbox.New(data))
				client.Timeout = time.Minute
				var got []string
				for range tc.want {
					start := time.Now()
					got = append(got, read(t, client, tc.query))
					if took := time.Since(start); took != tc.took {
						t.Errorf("a read took %v", took)
					}
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("reads (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestAnEmptyListingMovesToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		data := orders(0)
		data.Projects[projectID].Instances["orders"] = sandbox.Instance{Fault: sandbox.Moving}
		client := inMemory(t, sandbox.New(data))
		if diff := cmp.Diff([]string{"200 of 1", "200 of 0"}, []string{read(t, client, ""), read(t, client, "")}); diff != "" {
			t.Errorf("reads (-want +got):\n%s", diff)
		}
	})
}
