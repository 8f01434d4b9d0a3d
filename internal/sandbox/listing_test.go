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

func TestListingIsPaged(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1234))

	cases := map[string]struct {
		query       string
		first, last string
		n           int
		links       []string
	}{
		"defaults to the first 100":    {"", "c0001", "c0100", 100, []string{"self", "next"}},
		"the greatest page":            {"?itemsPerPage=500", "c0001", "c0500", 500, []string{"self", "next"}},
		"a page in between":            {"?itemsPerPage=500&pageNum=2", "c0501", "c1000", 500, []string{"self", "previous", "next"}},
		"the last page is short":       {"?itemsPerPage=500&pageNum=3", "c1001", "c1234", 234, []string{"self", "previous"}},
		"a page of one":                {"?itemsPerPage=1&pageNum=1234", "c1234", "c1234", 1, []string{"self", "previous"}},
		"a page beyond the end":        {"?itemsPerPage=500&pageNum=4", "", "", 0, []string{"self", "previous"}},
		"the greatest number of pages": {"?itemsPerPage=500&pageNum=2147483647", "", "", 0, []string{"self", "previous"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := decode[page](t, get(t, base+connectionsPath+tc.query))
			if len(got.Results) != tc.n || *got.TotalCount != 1234 {
				t.Fatalf("got %d of %d connections, want %d of 1234", len(got.Results), *got.TotalCount, tc.n)
			}
			if tc.n > 0 && (got.Results[0].Name != tc.first || got.Results[tc.n-1].Name != tc.last) {
				t.Errorf("got %s to %s, want %s to %s", got.Results[0].Name, got.Results[tc.n-1].Name, tc.first, tc.last)
			}
			var links []string
			for _, l := range got.Links {
				links = append(links, l.Rel)
			}
			if diff := cmp.Diff(tc.links, links); diff != "" {
				t.Errorf("links (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLinksLeadToThePagesTheyName(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(3))
	names := ""
	for target := base + connectionsPath + "?itemsPerPage=1"; target != ""; {
		p := decode[page](t, get(t, target))
		names += p.Results[0].Name + " "
		target = ""
		for _, l := range p.Links {
			if l.Rel == "next" {
				target = l.Href
			}
		}
	}
	if names != "c0001 c0002 c0003 " {
		t.Errorf("followed the links to %s", names)
	}
}

func TestListingTakesTheParametersOfTheAPI(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1))

	t.Run("pretty", func(t *testing.T) {
		t.Parallel()
		if body := get(t, base+connectionsPath+"?pretty=true").body; !strings.Contains(body, "\n  \"results\"") {
			t.Errorf("not indented: %s", body)
		}
	})
	t.Run("envelope", func(t *testing.T) {
		t.Parallel()
		if got := decode[page](t, get(t, base+connectionsPath+"?envelope=true")); got.Status != http.StatusOK {
			t.Errorf("status in the envelope: %d", got.Status)
		}
	})
	t.Run("includeCount", func(t *testing.T) {
		t.Parallel()
		if got := decode[page](t, get(t, base+connectionsPath+"?includeCount=false")); got.TotalCount != nil {
			t.Errorf("counted %d", *got.TotalCount)
		}
	})
}

func TestEmptyListingIsAnEmptyList(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(0))
	if body := get(t, base+connectionsPath).body; !strings.Contains(body, `"results":[]`) || !strings.Contains(body, `"totalCount":0`) {
		t.Errorf("got %s", body)
	}
}

func TestInstancesAreListed(t *testing.T) {
	t.Parallel()
	data := orders(1)
	data.Projects[projectID].Instances["billing"] = sandbox.Instance{Results: []json.RawMessage{}}
	_, base := acctest.Serve(t, data)
	a := get(t, base+instancesPath)
	if again := get(t, base+instancesPath); again.body != a.body {
		t.Error("two reads differ")
	}
	type instances struct {
		Results []struct {
			ID      string `json:"_id"`
			GroupID string `json:"groupId"`
			Name    string `json:"name"`
		} `json:"results"`
		TotalCount int `json:"totalCount"`
	}
	got := decode[instances](t, a)
	if len(got.Results) != 2 || got.TotalCount != 2 || got.Results[0].Name != "billing" || got.Results[1].Name != "orders" {
		t.Fatalf("got %+v", got)
	}
	if got.Results[0].GroupID != projectID || len(got.Results[0].ID) != 24 || got.Results[0].ID == got.Results[1].ID {
		t.Errorf("got %+v", got)
	}
}

func TestInstanceNamesMayHoldAnything(t *testing.T) {
	t.Parallel()
	data := &sandbox.Data{Projects: map[string]sandbox.Project{projectID: {Instances: map[string]sandbox.Instance{
		"a/b c%2Fdü": {Results: []json.RawMessage{sample(7)}},
	}}}}
	_, base := acctest.Serve(t, data)
	got := decode[page](t, get(t, base+instancesPath+"/a%2Fb%20c%252Fd%C3%BC/connections"))
	if len(got.Results) != 1 || got.Results[0].Name != "c0007" {
		t.Errorf("got %+v", got)
	}
}

func TestWriteOnlySecretsAreNeverServed(t *testing.T) {
	t.Parallel()
	kafka := json.RawMessage(`{"name":"k","type":"Kafka","config":{"password":"kept"},"authentication":{"mechanism":"PLAIN",
		"username":"u","password":"secret-1","clientSecret":"secret-2","sslKey":"secret-3","sslKeyPassword":"secret-4"}}`)
	registry := json.RawMessage(`{"name":"r","type":"SchemaRegistry","schemaRegistryAuthentication":{"type":"USER_INFO",
		"username":"u","password":"secret-5"}}`)
	results := []json.RawMessage{kafka, registry}
	data := orders(0, sandbox.Answer{}, sandbox.Answer{Results: results})
	data.Projects[projectID].Instances["orders"] = sandbox.Instance{
		Results: results, Answers: data.Projects[projectID].Instances["orders"].Answers,
	}
	_, base := acctest.Serve(t, data)
	for _, what := range []string{"listing", "scripted listing"} {
		body := get(t, base+connectionsPath).body
		if strings.Contains(body, "secret-") {
			t.Errorf("the %s has a secret: %s", what, body)
		}
		for _, kept := range []string{`"password":"kept"`, `"mechanism":"PLAIN"`, `"username":"u"`, `"type":"USER_INFO"`} {
			if !strings.Contains(body, kept) {
				t.Errorf("the %s lacks %s: %s", what, kept, body)
			}
		}
	}
}
