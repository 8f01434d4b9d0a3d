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

func TestClientsThatCannotReadSayWhy(t *testing.T) {
	t.Parallel()
	problem := &ConfigurationError{Summary: "Missing credentials", Detail: "Set some."}
	for name, test := range map[string]struct {
		client *Client
		want   string
	}{
		"unusable":         {NewUnusableClient(problem), "Missing credentials"},
		"never configured": {nil, "Unconfigured provider"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.client.ListStreamConnections(t.Context(), request())
			_, namesErr := test.client.StreamInstanceNames(t.Context(), virtual.ProjectID)
			test.client.Close(t.Context())
			for _, err := range []error{err, namesErr} {
				if got, ok := errors.AsType[*ConfigurationError](err); !ok || got.Summary != test.want {
					t.Errorf("got %v, want %s", err, test.want)
				}
			}
			if got := test.client.CredentialName(); got != "" {
				t.Errorf("signs in with %s", got)
			}
		})
	}
}
