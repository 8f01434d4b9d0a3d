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

func TestProcessorsAreListedInTheOrderOfTheData(t *testing.T) {
	t.Parallel()
	s, base := acctest.Serve(t, withProcessors(
		`{"name":"z","pipeline":[]}`, `{"name":"a b/c","pipeline":[]}`, `{"name":"m","pipeline":[]}`,
	))
	names := ""
	for target := base + processorsPath + "?itemsPerPage=1"; target != ""; {
		a := get(t, target)
		p := decode[page](t, a)
		if a.header.Get("Content-Type") != processorVersion+";charset=utf-8" || *p.TotalCount != 3 {
			t.Fatalf("got %s %s", a.header.Get("Content-Type"), a.body)
		}
		names += p.Results[0].Name + ","
		target = ""
		for _, l := range p.Links {
			if l.Rel == "next" {
				target = l.Href
			}
		}
	}
	if names != "z,a b/c,m," {
		t.Errorf("got %s", names)
	}
	if body := get(t, base+processorsPath+"?includeCount=false").body; strings.Contains(body, "totalCount") {
		t.Errorf("counted: %s", body)
	}
	for _, r := range s.Requests() {
		if r.Endpoint != sandbox.EndpointProcessors {
			t.Errorf("recorded %+v", r)
		}
	}
}

func TestAProcessorLooksRealByDefault(t *testing.T) {
	t.Parallel()
	data := withProcessors(`{"name":"p","pipeline":[]}`, `{"name":"q","pipeline":[],"tier":"SP2","state":"FAILED"}`)
	data.Projects[projectID].Instances["large"] = sandbox.Instance{
		StreamConfig: &sandbox.StreamConfig{Tier: "SP50"}, Processors: raw([]string{`{"name":"p","pipeline":[]}`}),
	}
	_, base := acctest.Serve(t, data)
	ids := map[string]bool{}
	type processor struct {
		ID          string `json:"_id"`
		State, Tier string
	}
	read := func(instance string) []processor {
		got := decode[struct{ Results []processor }](t, get(t, base+instancesPath+"/"+instance+"/processors")).Results
		for i := range got {
			if len(got[i].ID) != 24 || ids[got[i].ID] {
				t.Errorf("%s has the id %q", instance, got[i].ID)
			}
			ids[got[i].ID], got[i].ID = true, ""
		}
		return got
	}
	if diff := cmp.Diff([]processor{{"", "CREATED", "SP30"}, {"", "FAILED", "SP2"}}, read("orders")); diff != "" {
		t.Errorf("processors (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]processor{{"", "CREATED", "SP50"}}, read("large")); diff != "" {
		t.Errorf("processors of a large instance (-want +got):\n%s", diff)
	}
}

func TestAPipelineIsServedAsItIsWritten(t *testing.T) {
	t.Parallel()
	const pipeline = `[{"$source":{"timeField":{"$toDate":"$t"},"connectionName":"a"}},` +
		`{"$match":{"z":1.50,"a":"<&>","links":[1]}},{"$limit":1e3}]`
	data, warnings, err := sandbox.Load(strings.NewReader(inInstance(`"results":[],"processors":[
		{"name":"p","links":[],"stats":{"b":1,"a":{"links":2}},"pipeline":` + strings.ReplaceAll(pipeline, `,"`, `, "`) + `,
		"options":{"links":[],"dlq":{"db":"d","connectionName":"c","links":[]}},"_id":"6a7941d3c0eb9e7a17723311"}]`)))
	if err != nil || warnings != nil {
		t.Fatal(warnings, err)
	}
	_, base := acctest.Serve(t, data)
	want := `"results":[{"_id":"6a7941d3c0eb9e7a17723311","name":"p","options":{"dlq":{"connectionName":"c","db":"d"}},` +
		`"pipeline":` + pipeline + `,"state":"CREATED","stats":{"b":1,"a":{"links":2}},"tier":"SP30"}]`
	if body := get(t, base+instancesPath+"/b/processors").body; !strings.Contains(body, want) {
		t.Errorf("got\n%s\nwant\n%s", body, want)
	}
}

func TestOnlyTheListOfProcessorsNeedsMoreThanAReadOnlyRole(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1))
	for path, want := range map[string]int{
		instancesPath: 200, instancesPath + "/orders": 200, connectionsPath: 200, connectionsPath + "/c0001": 200, privateLinksPath: 200,
		processorsPath: 401,
	} {
		if a := getBy(t, sandbox.CredentialsWithoutProcessorRole(), base+path); a.status != want {
			t.Errorf("%s got %d %s", path, a.status, a.body)
		}
	}
}

func TestAScriptListsOtherProcessorsAndPrivateLinks(t *testing.T) {
	t.Parallel()
	data := withProcessors(`{"name":"p","pipeline":[]}`)
	data.Projects[projectID] = sandbox.Project{
		Instances: map[string]sandbox.Instance{"orders": {
			Processors: raw([]string{`{"name":"p","pipeline":[]}`}),
			Answers:    []sandbox.Answer{{Results: raw([]string{`{"name":"q","pipeline":[]}`, `null`})}, {Results: []json.RawMessage{}}},
		}},
		PrivateLinks: raw([]string{`{"provider":"AWS"}`}),
		Answers:      []sandbox.Answer{{Results: raw([]string{`{"provider":"GCP"}`})}, {Results: []json.RawMessage{}}},
	}
	_, base := acctest.Serve(t, data)
	type listed struct {
		Results []*struct {
			ID                    string `json:"_id"`
			Name, State, Provider string
		}
	}
	for path, want := range map[string][]string{
		processorsPath: {"q CREATED ", "", "p CREATED "}, privateLinksPath: {" DONE GCP", "", " DONE AWS"},
	} {
		var got []string
		for range want {
			words := ""
			for _, r := range decode[listed](t, get(t, base+path)).Results {
				if r != nil && len(r.ID) == 24 {
					words += r.Name + " " + r.State + " " + r.Provider
				}
			}
			got = append(got, words)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func TestPrivateLinksAreListedInTheOrderOfTheData(t *testing.T) {
	t.Parallel()
	s, base := acctest.Serve(t, withPrivateLinks(
		`{"provider":"GCP","_id":"6a7941d3c0eb9e7a17723319","vendor":"PUBSUB","state":"FAILED","errorMessage":"no"}`,
		`{"provider":"AWS"}`, `{"provider":"AWS"}`,
	))
	type link struct {
		ID                                    string `json:"_id"`
		Provider, Vendor, State, ErrorMessage string
	}
	a := get(t, base+privateLinksPath)
	got := decode[struct{ Results []link }](t, a).Results
	if a.status != http.StatusOK || len(got) != 3 || len(got[1].ID) != 24 || got[1].ID == got[2].ID {
		t.Fatalf("got %s", a.body)
	}
	want := []link{
		{"6a7941d3c0eb9e7a17723319", "GCP", "PUBSUB", "FAILED", "no"},
		{got[1].ID, "AWS", "GENERIC", "DONE", ""}, {got[2].ID, "AWS", "GENERIC", "DONE", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("private links (-want +got):\n%s", diff)
	}
	if r := s.Requests(); r[0].Endpoint != sandbox.EndpointPrivateLinks {
		t.Errorf("recorded %+v", r)
	}
}

func TestThePathOfPrivateLinksIsNotThatOfAnInstance(t *testing.T) {
	t.Parallel()
	data := orders(0)
	data.Projects[projectID].Instances["privateLinkConnections"] = sandbox.Instance{Results: []json.RawMessage{sample(1)}}
	_, base := acctest.Serve(t, data)
	for path, want := range map[string]string{"": `"results":[],"totalCount":0`, "/connections": `"results":[{"name":"c0001"`} {
		if body := get(t, base+privateLinksPath+path).body; !strings.Contains(body, want) {
			t.Errorf("%s: got %s", path, body)
		}
	}
}
