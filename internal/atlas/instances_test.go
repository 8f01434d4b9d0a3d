package atlas

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestStreamInstanceNames(t *testing.T) {
	t.Parallel()
	type testCase struct {
		body string
		want []string // nil where it is an error
	}
	cases := map[string]testCase{
		"as Atlas has them": {"", []string{virtual.InstanceName}},
		"none":              {`{"results":[]}`, []string{}},
		"not clean": {
			`{"results":[{"name":"a\u0007b"},{"name":"` + sandbox.DefaultCredentials().AccessToken + `"}]}`, []string{"a b", "(hidden)"},
		},
		"without name": {`{"results":[{},null]}`, []string{}},
		"empty object": {`{}`, nil},
		"null":         {`null`, nil},
		"HTML":         {`<html>`, nil},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		data := virtual.Data(1)
		if c.body != "" {
			project := data.Projects[virtual.ProjectID]
			project.Answers = []sandbox.Answer{{Body: &c.body}}
			data.Projects[virtual.ProjectID] = project
		}
		got, err := connect(t, sandbox.New(data)).StreamInstanceNames(t.Context(), virtual.ProjectID)
		if diff := cmp.Diff(c.want, got); diff != "" || (err != nil) != (c.want == nil) {
			t.Errorf("got %v; names (-want +got):\n%s", err, diff)
		}
	})
}

func TestPendingClientsNameTheArgument(t *testing.T) {
	t.Parallel()
	client := NewPendingClient("client_secret")
	_, err := client.ListStreamConnections(t.Context(), request())
	_, namesErr := client.StreamInstanceNames(t.Context(), virtual.ProjectID)
	client.Close(t.Context())
	for _, err := range []error{err, namesErr} {
		if unknown, ok := errors.AsType[*UnknownArgumentError](err); !ok || unknown.Argument != "client_secret" {
			t.Errorf("got %v", err)
		}
	}
}
