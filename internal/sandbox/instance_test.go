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

// instanceFields is an instance as a client decodes it.
type instanceFields struct {
	ID                string   `json:"_id"`
	Connections       []any    `json:"connections"`
	DataProcessRegion any      `json:"dataProcessRegion"`
	FailoverRegions   []any    `json:"failoverRegions"`
	GroupID           string   `json:"groupId"`
	Hostnames         []string `json:"hostnames"`
	Name              string   `json:"name"`
	SampleConnections any      `json:"sampleConnections"`
	StreamConfig      any      `json:"streamConfig"`
}

func TestAnInstanceHasTheFieldsOfTheData(t *testing.T) {
	t.Parallel()
	fields := `"_id":"6a7941c22c88faeba59c5854","groupId":"` + projectID + `","name":"b",
		"dataProcessRegion":{"cloudProvider":"AZURE","region":"eastus"},
		"failoverRegions":[{"cloudProvider":"AWS","region":"DUBLIN_IRL"}],"hostnames":["h1","h2"],
		"streamConfig":{"maxTierSize":"SP50","tier":"SP10"},"sampleConnections":{"solar":true}`
	data, _, err := sandbox.Load(strings.NewReader(inInstance(`"results":[{"name":"a","type":"Sample"}],` + fields)))
	if err != nil {
		t.Fatal(err)
	}
	_, base := acctest.Serve(t, data)
	want := decode[any](t, answer{body: "{" + fields + "}"})
	if diff := cmp.Diff(want, decode[any](t, get(t, base+instancesPath+"/b"))); diff != "" {
		t.Errorf("the instance (-data +served):\n%s", diff)
	}
	listed := decode[struct{ Results []any }](t, get(t, base+instancesPath))
	if diff := cmp.Diff([]any{want}, listed.Results); diff != "" {
		t.Errorf("the listing (-data +served):\n%s", diff)
	}
}

func TestAnInstanceLooksRealByDefault(t *testing.T) {
	t.Parallel()
	s, base := acctest.Serve(t, orders(1))
	a := get(t, base+instancesPath+"/orders")
	got := decode[instanceFields](t, a)
	region := map[string]any{"cloudProvider": "AWS", "region": "VIRGINIA_USA"}
	want := instanceFields{
		ID: got.ID, DataProcessRegion: region, FailoverRegions: []any{}, GroupID: projectID, Hostnames: got.Hostnames,
		Name: "orders", StreamConfig: map[string]any{"tier": "SP30"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the instance (-want +got):\n%s", diff)
	}
	host, ok := strings.CutPrefix(got.Hostnames[0], "atlas-stream-"+got.ID+"-")
	if len(got.ID) != 24 || !ok || len(got.Hostnames) != 1 || host[6:] != ".virginia-usa.a.query.mongodb.net" {
		t.Errorf("got the id %q and the hosts %q", got.ID, got.Hostnames)
	}
	if r := s.Requests(); r[0].Endpoint != sandbox.EndpointInstance {
		t.Errorf("recorded %+v", r)
	}
}

func TestAnInstanceComesWithItsConnectionsOnRequest(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(2))
	for query, want := range map[string][]any{
		"":                          nil,
		"?includeConnections=false": nil,
		"?includeConnections=true": {
			map[string]any{"name": "c0001", "type": "Sample"}, map[string]any{"name": "c0002", "type": "Sample"},
		},
	} {
		got := decode[instanceFields](t, get(t, base+instancesPath+"/orders"+query))
		if diff := cmp.Diff(want, got.Connections); diff != "" {
			t.Errorf("connections with %q (-want +got):\n%s", query, diff)
		}
	}
}

func TestAnInstanceThatDoesNotExist(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(0))
	a := get(t, base+instancesPath+"/nope")
	got := decode[apiError](t, a)
	if diff := cmp.Diff([]any{projectID, "nope"}, got.Parameters); diff != "" || a.status != http.StatusNotFound ||
		got.ErrorCode != "STREAM_TENANT_NOT_FOUND_FOR_NAME" {
		t.Errorf("got %d %+v", a.status, got)
	}
}

func TestNamesMayHaveAnyCharacter(t *testing.T) {
	t.Parallel()
	const name, escaped = "a/b c%2Fdü?#", "a%2Fb%20c%252Fd%C3%BC%3F%23"
	connection, err := json.Marshal(map[string]string{"name": name, "type": "Sample"})
	if err != nil {
		t.Fatal(err)
	}
	_, base := acctest.Serve(t, &sandbox.Data{Projects: map[string]sandbox.Project{projectID: {Instances: map[string]sandbox.Instance{
		name: {Results: []json.RawMessage{connection}},
	}}}})
	for resource, want := range map[string]string{
		"/" + escaped: name,
		"/" + escaped + "/connections/" + escaped: name,
		"/" + escaped + "/connections/a":          "",
		"/" + escaped + "/connections/a/b":        "",
	} {
		if got := decode[instanceFields](t, get(t, base+instancesPath+resource)).Name; got != want {
			t.Errorf("%s is %q, want %q", resource, got, want)
		}
	}
}
