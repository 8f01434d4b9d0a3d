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

func TestOneConnectionIsItsObject(t *testing.T) {
	t.Parallel()
	s, base := acctest.Serve(t, orders(3))
	a := get(t, base+connectionsPath+"/c0002")
	if a.status != http.StatusOK || a.body != `{"name":"c0002","type":"Sample"}` {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if r := s.Requests(); r[0].Endpoint != sandbox.EndpointConnection {
		t.Errorf("recorded %+v", r)
	}
}

func TestAConnectionThatDoesNotExist(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1))
	a := get(t, base+connectionsPath+"/kafka-conn-ssl")
	want := apiError{
		Detail:    "Stream connection with name kafka-conn-ssl for project " + projectID + " and name orders not found.",
		Error:     http.StatusNotFound,
		ErrorCode: "STREAM_CONNECTION_NOT_FOUND_FOR_NAME", Parameters: []any{"kafka-conn-ssl", projectID, "orders"},
		Reason: "Not Found",
	}
	if diff := cmp.Diff(want, decode[apiError](t, a)); diff != "" || a.status != want.Error {
		t.Errorf("got %d (-want +got):\n%s", a.status, diff)
	}
	a = get(t, base+instancesPath+"/nope/connections/c0001")
	if got := decode[apiError](t, a); got.ErrorCode != "STREAM_TENANT_NOT_FOUND_FOR_NAME" {
		t.Errorf("without the instance, got %+v", got)
	}
}

func TestAScriptListsWhatIsFound(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1,
		sandbox.Answer{Results: []json.RawMessage{json.RawMessage("null"), json.RawMessage(`{"name":"c0001","type":"Kafka"}`)}},
		sandbox.Answer{Results: []json.RawMessage{}},
		sandbox.Answer{Status: http.StatusServiceUnavailable},
	))
	var got []string
	for range 4 {
		a := get(t, base+connectionsPath+"/c0001")
		one := decode[struct{ Type, ErrorCode string }](t, a)
		got = append(got, one.Type+one.ErrorCode)
	}
	want := []string{"Kafka", "STREAM_CONNECTION_NOT_FOUND_FOR_NAME", "UNEXPECTED_ERROR", "Sample"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestEachResourceFollowsTheScriptOnItsOwn(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(2, sandbox.Answer{Status: http.StatusBadGateway}))
	got := map[string][]int{}
	for range 2 {
		for _, resource := range []string{"", "/connections", "/connections/c0001", "/connections/c0002", "/connections/nope", "/processors"} {
			got[resource] = append(got[resource], get(t, base+instancesPath+"/orders"+resource).status)
		}
	}
	want := map[string][]int{
		"": {502, 200}, "/connections": {502, 200},
		"/connections/c0001": {502, 200}, "/connections/c0002": {502, 200}, "/connections/nope": {502, 404}, "/processors": {502, 200},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

func TestAnswersOfAProjectAreForEachListOnItsOwn(t *testing.T) {
	t.Parallel()
	data := orders(1)
	data.Projects[projectID] = sandbox.Project{Answers: []sandbox.Answer{{Status: http.StatusBadGateway}}}
	_, base := acctest.Serve(t, data)
	for _, list := range []string{instancesPath, privateLinksPath} {
		if first, second := get(t, base+list).status, get(t, base+list).status; first != 502 || second != 200 {
			t.Errorf("%s got %d and %d", list, first, second)
		}
	}
}

func TestTheFirstConnectionOfANameIsFoundByIt(t *testing.T) {
	t.Parallel()
	data := withResults(
		json.RawMessage(`{"id":"1","name":"a","type":"Sample"}`), json.RawMessage(`{"id":"2","name":"b","type":"Sample"}`),
		json.RawMessage(`{"id":"3","name":"a","type":"Sample"}`),
	)
	_, base := acctest.Serve(t, data)
	if a := get(t, base+connectionsPath+"/a"); a.body != `{"id":"1","name":"a","type":"Sample"}` {
		t.Errorf("got %s", a.body)
	}
	want := `[{"id":"1","name":"a","type":"Sample"},{"id":"2","name":"b","type":"Sample"},{"id":"3","name":"a","type":"Sample"}]`
	if a := get(t, base+connectionsPath); !strings.Contains(a.body, want) {
		t.Errorf("listed %s", a.body)
	}
}
