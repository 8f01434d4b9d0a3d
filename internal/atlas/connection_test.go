package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

func TestOneConnectionIsRead(t *testing.T) {
	t.Parallel()
	names := map[string]string{
		"plain": "orders", "slash": "a/b", "space": "a b", "percent": "100%", "escaped": "a%2Fb", "letters": "Zürich-日本", "plus": "a+b",
		"question": "a?b#c", "braces": "{tenantName}", "quote": `a"b\c`, "semicolon": "a;b:c@d", "long": strings.Repeat("x", 500),
	}
	virtual.Each(t, names, func(t *testing.T, name string) {
		raw, err := json.Marshal(map[string]string{"name": name, "type": "Sample"})
		if err != nil {
			t.Fatal(err)
		}
		data := &sandbox.Data{Projects: map[string]sandbox.Project{virtual.ProjectID: {Instances: map[string]sandbox.Instance{
			name: {Results: []json.RawMessage{[]byte(`{"name": "other", "type": "Kafka"}`), raw}},
		}}}}
		s := sandbox.New(data)
		got, err := connect(t, s).GetStreamConnection(t.Context(), virtual.ProjectID, name, name)
		if err != nil || got.Name != name || got.Type != "Sample" || len(s.Requests()) != 1 {
			t.Errorf("got %v, %v in %d requests", got, err, len(s.Requests()))
		}
	})
}

func TestAnswersThatAreNoConnection(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ body, reason string }{
		"nothing":         {"", "is empty"},
		"null":            {"null", "is null"},
		"list":            {"[]", "is not a JSON object"},
		"empty object":    {"{}", "has no name"},
		"listing":         {`{"results":[{"name":"connection-00001"}],"totalCount":1}`, "has no name"},
		"name null":       {`{"name":null}`, "has no name"},
		"name object":     {`{"name":{}}`, "has no name"},
		"cut":             {`{"name":"connection-00001"`, "not valid JSON"},
		"something after": {`{"name":"connection-00001"}{}`, "not valid JSON"},
	}
	virtual.Each(t, cases, func(t *testing.T, c struct{ body, reason string }) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Body: &c.body, Times: -1}))
		got, err := connect(t, s).GetStreamConnection(t.Context(), virtual.ProjectID, virtual.InstanceName, "connection-00001")
		content, ok := errors.AsType[*transport.ContentError](err)
		if !ok || !strings.Contains(content.Reason, c.reason) || got != nil || len(s.Requests()) != 1 {
			t.Errorf("got %v, %v in %d requests", got, err, len(s.Requests()))
		}
	})
}

func TestAnswersForAnotherConnection(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ asked, answered, shown string }{
		"another name":   {"connection-00001", "connection-00002", "connection-00002"},
		"another case":   {"connection-00001", "Connection-00001", "Connection-00001"},
		"a secret":       {"connection-00001", sandbox.DefaultCredentials().AccessToken, "(hidden)"},
		"the same":       {"connection-00001", "connection-00001", ""},
		"decomposed":     {"caf\u00e9", "cafe\u0301", ""},
		"decomposed ask": {"cafe\u0301", "caf\u00e9", ""},
	}
	virtual.Each(t, cases, func(t *testing.T, c struct{ asked, answered, shown string }) {
		body := fmt.Sprintf(`{"name":%q,"type":"Sample"}`, c.answered)
		data := virtual.Data(3, sandbox.Answer{Body: &body, Times: -1})
		got, err := connect(t, sandbox.New(data)).GetStreamConnection(t.Context(), virtual.ProjectID, virtual.InstanceName, c.asked)
		other, ok := errors.AsType[*OtherConnectionError](err)
		if ok != (c.shown != "") || ok && other.Name != c.shown || !ok && (err != nil || got.Name != norm.NFC.String(c.answered)) {
			t.Errorf("got %v, %v", got, err)
		}
	})
}

func TestFieldsHaveExactNames(t *testing.T) {
	t.Parallel()
	for raw, ok := range map[string]bool{
		`{"name":"a","type":"Kafka","n":12345678901234567890}`: true,
		`{"name":5,"type":true}`:                               true,
		`{"name":"a"}`:                                         true,
		`{"name":"a","type":["Kafka"]}`:                        true, // the table of the field type reports it
		`{"NAME":"a"}`:                                         false,
		`{"name":"a","TYPE":"Kafka"}`:                          false,
		`{"name":"a","Name":"b"}`:                              false,
		`{"name":"a","type":"A","Type":1}`:                     false,
	} {
		resource, err := newResource([]byte(raw))
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		if _, err := resource.Fields(); (err == nil) != ok {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestClientsThatCannotReadSayWhy(t *testing.T) {
	t.Parallel()
	problem := &ConfigurationError{Summary: "Missing credentials", Detail: "Set some."}
	for name, test := range map[string]struct {
		client *Client
		want   string
	}{
		"unusable":         {NewUnusableClient(problem), "Missing credentials"},
		"never configured": {nil, "the read began before the provider was configured"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.client.ListStreamConnections(t.Context(), request())
			_, instancesErr := test.client.ListStreamInstances(t.Context(), request())
			_, connectionErr := test.client.GetStreamConnection(t.Context(), virtual.ProjectID, virtual.InstanceName, "name")
			test.client.Close(t.Context())
			for _, err := range []error{err, instancesErr, connectionErr} {
				if err == nil || !strings.HasPrefix(err.Error(), test.want) {
					t.Errorf("got %v, want %s", err, test.want)
				}
			}
			if got := test.client.CredentialName(); got != "" {
				t.Errorf("signs in with %s", got)
			}
			if got := test.client.Clean("a\nb"); got != "a b" {
				t.Errorf("cleans a text to %q", got)
			}
		})
	}
}
