package diagnostic

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// unreachable is a client that cannot look up names.
var unreachable = atlas.NewUnusableClient(errors.New("unreachable"))

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
			r := Request{Client: unreachable, Asked: "it", Connection: test.connection}
			got := r.Unreadable(test.kind, &test.resource, errors.New("is odd")).Detail()
			if diff := cmp.Diff("Asked for it.\n\nAtlas "+test.want, got); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAdviceOnNamesDoesNotNeedTheirList(t *testing.T) {
	t.Parallel()
	const noInstance, noConnection = "STREAM_TENANT_NOT_FOUND_FOR_NAME", "STREAM_CONNECTION_NOT_FOUND_FOR_NAME"
	const unexpected = "Check base_url and the names in the configuration."
	for name, test := range map[string]struct {
		code, instance, connection string
		at                         path.Path
		want                       string
	}{
		"instance":          {noInstance, "a", "", path.Root("instance_name"), "Check project_id and instance_name."},
		"no instance asked": {noInstance, "", "", path.Empty(), unexpected},
		"connection": {noConnection, "a", "b", path.Root("name"),
			"Check name. If the connection was created only seconds ago, plan again."},
		"no connection asked":  {noConnection, "a", "", path.Empty(), unexpected},
		"neither of the names": {"X", "a", "b", path.Empty(), unexpected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Request{Client: unreachable, Asked: "it", Connection: test.connection,
				Target: Target{InstanceName: types.StringValue(test.instance)}}
			got := r.Failed(t.Context(), &transport.StatusError{Status: 404, Code: test.code})
			if diff := cmp.Diff("Asked for it.\n\nAtlas answered 404 Not Found: "+test.code+".\n\n"+test.want, got.Detail()); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
			at := path.Empty()
			if attribute, ok := got.(diag.DiagnosticWithPath); ok {
				at = attribute.Path()
			}
			if !at.Equal(test.at) {
				t.Errorf("is at %s, want %s", at, test.at)
			}
		})
	}
}
