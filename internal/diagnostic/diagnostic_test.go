package diagnostic

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

func TestUnreadableResourcesAreNamed(t *testing.T) {
	t.Parallel()
	const report = "\n\nReport this answer at " + issuesURL + "."
	const others = "\n\nTo read the others until then, select them by name, such as name_regex = \"^(orders|payments)$\"." + report
	for name, test := range map[string]struct {
		connection, kind string
		resource         atlas.Resource
		want             string
	}{
		"of a listing": {"", "connection", atlas.Resource{Name: "a", Type: "Kafka"},
			`lists the connection "a" of the type "Kafka": is odd.` + others},
		"without a type": {"", "connection", atlas.Resource{Name: "a"}, `lists the connection "a": is odd.` + others},
		"instance":       {"", "instance", atlas.Resource{Name: "a", Type: "b"}, `lists the instance "a": is odd.` + others},
		"single": {"a", "connection", atlas.Resource{Name: "a", Type: "Kafka"},
			`returned the connection "a" of the type "Kafka": is odd.` + report},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := unsent(t, atlas.APIKey)
			r.Connection = test.connection
			got := r.Unreadable(test.kind, &test.resource, errors.New("is odd")).Detail()
			if diff := cmp.Diff("Asked for it.\n\nAtlas "+test.want, got); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
		})
	}
}

// listed returns a resource that Atlas lists in state.
func listed(name, state string) *atlas.Resource {
	return &atlas.Resource{Name: name, Raw: json.RawMessage(fmt.Sprintf(`{"name": %q, "state": %q}`, name, state))}
}

func TestAdviceOnNames(t *testing.T) {
	t.Parallel()
	const noInstance, noConnection = "STREAM_TENANT_NOT_FOUND_FOR_NAME", "STREAM_CONNECTION_NOT_FOUND_FOR_NAME"
	const unexpected = "Check base_url and the names in the configuration."
	const seconds = " If the connection was created only seconds ago, plan again."
	const lagging = ", but does not find it by that name: either it is being deleted, or it was created seconds ago. Plan again."
	instance, name := path.Root("instance_name"), path.Root("name")
	for title, test := range map[string]struct {
		failure    atlas.Error
		instance   path.Path
		connection string
		at         path.Path
		want       string
	}{
		"project": {atlas.Error{Code: "GROUP_NOT_FOUND"}, instance, "", path.Root("project_id"),
			"Check project_id: the project does not exist, or the API key of the provider block does not belong to its organization."},
		"instance": {atlas.Error{Code: noInstance}, instance, "", instance, "Check project_id and instance_name."},
		"workspace": {atlas.Error{Code: noInstance}, path.Root("workspace_name"), "", path.Root("workspace_name"),
			"Check project_id and workspace_name."},
		"instances": {atlas.Error{Code: noInstance, Wanted: "ordres", Existing: []string{"a", "orders"}}, instance, "", instance,
			`Check instance_name: the project has the stream processing instances "orders", "a".`},
		"no instances": {atlas.Error{Code: noInstance, Existing: []string{}}, instance, "", instance,
			"Check instance_name: the project has no stream processing instances."},
		"instance that is being deleted": {atlas.Error{Code: noInstance, Listed: listed("orders", "DELETING")}, instance, "", instance,
			`Atlas lists the stream processing instance "orders" in the state "DELETING"` + lagging},
		"no instance asked": {atlas.Error{Code: noInstance}, path.Empty(), "", path.Empty(), unexpected},
		"connection":        {atlas.Error{Code: noConnection}, instance, "b", name, "Check name." + seconds},
		"connection, not listed for a moment": {atlas.Error{Code: noConnection, MayExist: true}, instance, "b", name,
			"Plan again. If the error persists, check name."},
		"instance, not listed for a moment": {atlas.Error{Code: noInstance, MayExist: true}, instance, "", instance,
			"Plan again. If the error persists, check project_id and instance_name."},
		"connections": {atlas.Error{Code: noConnection, Wanted: "b", Existing: []string{"a", "B"}}, instance, "b", name,
			`Check name: the instance has the connections "B", "a".` + seconds},
		"no connections": {atlas.Error{Code: noConnection, Existing: []string{}}, instance, "b", name,
			"Check name: the instance has no connections." + seconds},
		"connection that is being deleted": {atlas.Error{Code: noConnection, Wanted: "b", Listed: listed("b", "DELETING")}, instance, "b", name,
			`Atlas lists the connection "b" in the state "DELETING"` + lagging},
		"connection without a state": {atlas.Error{Code: noConnection, Wanted: "b", Listed: listed("b", "")}, instance, "b", name,
			`Atlas lists the connection "b"` + lagging},
		"no connection asked":  {atlas.Error{Code: noConnection}, instance, "", path.Empty(), unexpected},
		"neither of the names": {atlas.Error{Code: "X"}, instance, "b", path.Empty(), unexpected},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			r := unsent(t, atlas.APIKey)
			r.Instance, r.Connection = test.instance, test.connection
			test.failure.Status = http.StatusNotFound
			got := r.Failed(&test.failure)
			if diff := cmp.Diff("Asked for it.\n\nAtlas answered 404 Not Found: "+test.failure.Code+".\n\n"+test.want, got.Detail()); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
			checkPath(t, got, test.at)
		})
	}
}

// checkPath checks which argument a diagnostic is about, if any.
func checkPath(t *testing.T, got diag.Diagnostic, want path.Path) {
	t.Helper()
	at := path.Empty()
	if attribute, ok := got.(diag.DiagnosticWithPath); ok {
		at = attribute.Path()
	}
	if !at.Equal(want) {
		t.Errorf("is at %s, want %s", at, want)
	}
}

func TestAnotherConnectionIsAnErrorOfTheName(t *testing.T) {
	t.Parallel()
	got := unsent(t, atlas.APIKey).Failed(&atlas.Error{Kind: atlas.OtherName, Detail: "Orders"})
	want := "Asked for it.\n\nAtlas returned the connection \"Orders\" instead.\n\nCheck name: names are case-sensitive."
	if diff := cmp.Diff(want, got.Detail()); diff != "" {
		t.Errorf("detail (-want +got):\n%s", diff)
	}
	checkPath(t, got, path.Root("name"))
}

func TestAnErrorOfAnotherTypeIsABug(t *testing.T) {
	t.Parallel()
	got := unsent(t, atlas.APIKey).Failed(errors.New("new")).Detail()
	if want := "New.\n\nThis is a bug in the provider. Report it at " + issuesURL + "."; got != want {
		t.Errorf("detail %q, want %q", got, want)
	}
}
