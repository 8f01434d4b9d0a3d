package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestSummaryCountsWhatTheRequestsRead(t *testing.T) {
	t.Parallel()
	connections := func(types ...string) sandbox.Instance {
		var i sandbox.Instance
		for _, typ := range types {
			i.Results = append(i.Results, json.RawMessage(`{"type": "`+typ+`"}`))
		}
		return i
	}
	data := &sandbox.Data{Projects: map[string]sandbox.Project{"p": {Instances: map[string]sandbox.Instance{
		"a b": connections("Kafka", "Https"), "c": connections("Kafka"), "unread": connections("S3"),
	}}}}
	const requests = `{"endpoint": "token", "path": "/api/oauth/token", "status": 200}
{"endpoint": "instances", "path": "/api/atlas/v2/groups/p/streams", "status": 200}
{"endpoint": "connections", "path": "/api/atlas/v2/groups/p/streams/a%20b/connections", "status": 429}
{"endpoint": "connections", "path": "/api/atlas/v2/groups/p/streams/a%20b/connections", "status": 200}
{"endpoint": "connections", "path": "/api/atlas/v2/groups/p/streams/c/connections", "status": 200}
{"endpoint": "connections", "path": "/api/atlas/v2/groups/p/streams/c/connections", "status": 200}
{"endpoint": "revoke", "path": "/api/oauth/revoke", "status": 200}
`
	got, err := summarize(data, strings.NewReader(requests))
	if err != nil {
		t.Fatal(err)
	}
	want := summary{
		requests: 7, lists: 4, tokens: 2,
		instances: map[string]int{"a b": 2, "c": 1},
		types:     map[string]bool{"Kafka": true, "Https": true},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(summary{})); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}
