package sandbox_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// read returns the answer to one request in a few words: the status, the names, the count.
func read(t *testing.T, client *http.Client, resource string) string {
	t.Helper()
	header := bearer(sandbox.DefaultCredentials().AccessToken)
	header.Set("Accept", processorVersion)
	a, err := try(t, client, http.MethodGet, "http://atlas"+resource, nil, header)
	if err != nil {
		return "broken"
	}
	words := []string{strconv.Itoa(a.status)}
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "application/vnd.atlas.") || a.body == "" {
		for _, header := range []string{"Retry-After", "Location"} {
			if v := a.header.Get(header); v != "" {
				words = append(words, v)
			}
		}
		for _, code := range []string{
			"USER_UNAUTHORIZED", "UNEXPECTED_ERROR", "IP_ADDRESS_NOT_ON_ACCESS_LIST", "ORG_REQUIRES_ACCESS_LIST",
			"after 55", "Sign in", "upstream", "<center>nginx", "CONNECTION_NOT_FOUND",
		} {
			if strings.Contains(a.body, code) {
				words = append(words, code)
			}
		}
		return strings.Join(words, " ")
	}
	p := decode[page](t, a)
	if p.TotalCount == nil {
		return strings.Join(append(words, decode[instanceFields](t, a).Name), " ")
	}
	for _, r := range p.Results {
		if r.Name == "" { // a private link has none
			r.Name = r.ID
		}
		words = append(words, r.Name)
	}
	return strings.Join(append(words, "of", strconv.Itoa(*p.TotalCount)), " ")
}

const (
	normal = "normal"

	link1, link2 = "6a7941d3c0eb9e7a17723301", "6a7941d3c0eb9e7a17723302"
)

// faultReads are the results of consecutive reads of each endpoint with a fault.
type faultReads struct {
	every      []string // other endpoint
	listing    []string // of two connections
	connection []string // the first in the list
	instance   []string
	instances  []string // of one instance
	processors []string // of two processors
	links      []string // of two private links
	took       time.Duration
}

func repeated(s string) []string { return []string{s, s, s, s} }

var faultCases = map[sandbox.Fault]faultReads{
	sandbox.RateLimited:    {every: []string{"429 1", "429 1", normal, normal}},
	sandbox.TokenBucket:    {every: []string{"429 after 55", normal, normal}},
	sandbox.Unavailable:    {every: repeated("503 UNEXPECTED_ERROR")},
	sandbox.GatewayTimeout: {every: repeated("504 upstream")},
	sandbox.Flaky:          {every: []string{"503 UNEXPECTED_ERROR", "broken", "broken", normal}},
	sandbox.Slow:           {every: repeated(normal), took: 5 * time.Second},
	sandbox.VerySlow:       {every: repeated(normal), took: 55 * time.Second},
	sandbox.Hanging:        {every: repeated("broken"), took: time.Minute},
	sandbox.ExpiredToken:   {every: repeated("401 UNEXPECTED_ERROR")}, // the static token stays invalid
	sandbox.SignInRefused:  {every: []string{"401 UNEXPECTED_ERROR", normal, normal}},
	sandbox.Forbidden:      {every: repeated("401 USER_UNAUTHORIZED")},
	sandbox.NotOnList:      {every: repeated("403 IP_ADDRESS_NOT_ON_ACCESS_LIST")},
	sandbox.NotOnOrgList:   {every: repeated("403 ORG_REQUIRES_ACCESS_LIST")},
	sandbox.Moving: {
		listing:    []string{"200 c0002 of 2", normal, normal, normal},
		connection: []string{"404 CONNECTION_NOT_FOUND", normal, normal, normal},
		instance:   repeated(normal),
		instances:  []string{"200 of 1", normal, normal, normal},
		processors: []string{"200 p2 of 2", normal, normal, normal},
		links:      []string{"200 " + link2 + " of 2", normal, normal, normal},
	},
	sandbox.AlwaysMoving: {
		every: repeated(normal),
		listing: []string{
			"200 c0001 c0002 passing-000 of 4", "200 c0001 c0002 passing-001 of 4", "200 c0001 c0002 passing-002 of 4",
		},
		instances:  []string{"200 orders passing-000 of 3", "200 orders passing-001 of 3"},
		processors: []string{"200 p1 p2 passing-000 of 4", "200 p1 p2 passing-001 of 4"},
		links: []string{
			"200 " + link1 + " " + link2 + " cb145cbabc691e5b641935eb of 4", "200 " + link1 + " " + link2 + " eef29a4d1d0e2f367106e270 of 4",
		},
	},
	sandbox.Miscounted: {
		every: repeated(normal), listing: repeated("200 c0001 c0002 of 3"), instances: repeated("200 orders of 2"),
		processors: repeated("200 p1 p2 of 3"), links: repeated("200 " + link1 + " " + link2 + " of 3"),
	},
	sandbox.IgnoresPaging: {every: repeated(normal)}, // another test requests a second page
	sandbox.UnknownType:   {every: repeated(normal), listing: repeated("200 c0001 c0002 not-yet-known of 3")},
	sandbox.LoginPage:     {every: repeated("200 Sign in")},
	sandbox.NginxPage:     {every: repeated("404 <center>nginx")},
	sandbox.EmptyAnswer:   {every: repeated("200")},
	sandbox.Redirected:    {every: repeated("302 https://elsewhere.invalid/")},
}

// endpoints are the endpoints that have faults, and what a client normally reads there.
var endpoints = map[string]struct {
	resource, normal string
	reads            func(faultReads) []string
}{
	"connections": {connectionsPath, "200 c0001 c0002 of 2", func(r faultReads) []string { return r.listing }},
	"connection":  {connectionsPath + "/c0001", "200 c0001", func(r faultReads) []string { return r.connection }},
	"instance":    {instancesPath + "/orders", "200 orders", func(r faultReads) []string { return r.instance }},
	"instances":   {instancesPath, "200 orders of 1", func(r faultReads) []string { return r.instances }},
	"processors":  {processorsPath, "200 p1 p2 of 2", func(r faultReads) []string { return r.processors }},
	"links":       {privateLinksPath, "200 " + link1 + " " + link2 + " of 2", func(r faultReads) []string { return r.links }},
}

// failing returns data with n connections, two processors, and two private links, whose project and instance have a fault.
func failing(fault sandbox.Fault, n int) *sandbox.Data {
	data := orders(n)
	p := data.Projects[projectID]
	i := p.Instances["orders"]
	i.Fault, p.Fault = fault, fault
	i.Processors = raw([]string{`{"name":"p1","pipeline":[]}`, `{"name":"p2","pipeline":[]}`})
	p.PrivateLinks = raw([]string{`{"_id":"` + link1 + `","provider":"AWS"}`, `{"_id":"` + link2 + `","provider":"AWS"}`})
	p.Instances["orders"] = i
	data.Projects[projectID] = p
	return data
}

func TestEachFaultDoesWhatItSays(t *testing.T) {
	t.Parallel()
	names, descriptions := sandbox.Faults()
	if len(names) != len(faultCases) {
		t.Errorf("%d faults, %d cases", len(names), len(faultCases))
	}
	for _, name := range names {
		if !strings.HasSuffix(descriptions[name], ".") {
			t.Errorf("%s has no description", name)
		}
		for endpoint, at := range endpoints {
			t.Run(string(name)+" "+endpoint, func(t *testing.T) {
				t.Parallel()
				tc, ok := faultCases[name]
				want := at.reads(tc)
				if want == nil {
					want = tc.every
				}
				if !ok || want == nil {
					t.Fatal("there is no case")
				}
				want = slices.Clone(want)
				for i := range want {
					if want[i] == normal {
						want[i] = at.normal
					}
				}
				synctest.Test(t, func(t *testing.T) {
					client := inMemory(t, sandbox.New(failing(name, 2)))
					client.Timeout = time.Minute
					var got []string
					for range want {
						start := time.Now()
						got = append(got, read(t, client, at.resource))
						if took := time.Since(start); took != tc.took {
							t.Errorf("a read took %v", took)
						}
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("reads (-want +got):\n%s", diff)
					}
				})
			})
		}
	}
}

// checkRead compares consecutive reads of a resource with a fault.
func checkRead(t *testing.T, fault sandbox.Fault, n int, resource string, want ...string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		client := inMemory(t, sandbox.New(failing(fault, n)))
		var got []string
		for range want {
			got = append(got, read(t, client, resource))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("reads of %s (-want +got):\n%s", resource, diff)
		}
	})
}

func TestAnEmptyListingMovesToo(t *testing.T) {
	t.Parallel()
	checkRead(t, sandbox.Moving, 0, connectionsPath, "200 of 1", "200 of 0")
}

func TestEachConnectionMovesOnItsOwn(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"/c0001", "/c0002"} {
		checkRead(t, sandbox.Moving, 2, connectionsPath+name, "404 CONNECTION_NOT_FOUND", "200 "+name[1:])
	}
}

func TestPagingIsIgnored(t *testing.T) {
	t.Parallel()
	checkRead(t, sandbox.IgnoresPaging, 2, connectionsPath+"?itemsPerPage=1&pageNum=2", "200 c0001 of 2", "200 c0001 of 2")
}

func TestAConnectionOfAnUnknownTypeIsFoundByItsName(t *testing.T) {
	t.Parallel()
	checkRead(t, sandbox.UnknownType, 2, connectionsPath+"/not-yet-known", "200 not-yet-known", "200 not-yet-known")
}

func TestAnInstanceMovesWithItsConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := inMemory(t, sandbox.New(failing(sandbox.Moving, 2)))
		for _, want := range []int{1, 2} {
			a := do(t, client, http.MethodGet, "http://atlas"+instancesPath+"/orders?includeConnections=true", nil,
				bearer(sandbox.DefaultCredentials().AccessToken))
			if got := len(decode[instanceFields](t, a).Connections); got != want {
				t.Errorf("got %d connections, want %d", got, want)
			}
		}
	})
}
