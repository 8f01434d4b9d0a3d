package datasource_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
)

// readResults returns the results of a read from a server that lists elements, each of them JSON. The read must not fail or warn.
func readResults(t *testing.T, name string, arguments map[string]tftypes.Value, elements ...string) []tftypes.Value {
	t.Helper()
	listing := fmt.Sprintf(`{"results": [%s], "totalCount": %d}`, strings.Join(elements, ","), len(elements))
	_, url := acctest.Serve(t, acctest.Answering(acctest.Data(), body(listing)))
	state, diagnostics := newServer(t, url, nil).ReadFrom(t, name, arguments)
	if len(diagnostics) > 0 {
		t.Fatal(acctest.Texts(diagnostics))
	}
	var attributes map[string]tftypes.Value
	var results []tftypes.Value
	if err := state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes["results"].As(&results); err != nil || attributes["results"].IsNull() {
		t.Fatalf("results: %v, %v", attributes["results"], err)
	}
	return results
}

// eachNamedListing runs test with the name of each data source that lists resources that have names.
func eachNamedListing(t *testing.T, test func(t *testing.T, name string)) {
	t.Helper()
	eachDataSource(t, func(t *testing.T, name string) {
		if isListing(name) && name != privateLinks {
			test(t, name)
		}
	})
}

// privateLinks is the data source that lists resources without names.
const privateLinks = "atlas_streams_private_links"

// identified returns a resource. Connections have an id and the others have an _id.
func identified(name, id string) string {
	return fmt.Sprintf(`{"name": %q, "id": %q, "_id": %q, "type": "Sample"}`, name, id, id)
}

func TestResultsAreSortedByNameThenByID(t *testing.T) {
	t.Parallel()
	eachNamedListing(t, func(t *testing.T, name string) {
		var got []string
		results := readResults(t, name, nil,
			identified("b", "1"), identified("a", "3"), `{"name": "a", "type": "Sample"}`, identified("B", "4"), identified("a", "2"))
		for _, result := range results {
			leaves := acctest.Leaves(t, result)
			got = append(got, leaves["name"]+leaves["id"])
		}
		if diff := cmp.Diff([]string{"B4", "a", "a2", "a3", "b1"}, got); diff != "" {
			t.Errorf("names and IDs (-want +got):\n%s", diff)
		}
	})
}

func TestNoResultsAreAnEmptyList(t *testing.T) {
	t.Parallel()
	eachDataSource(t, func(t *testing.T, name string) {
		if !isListing(name) {
			return
		}
		if got := readResults(t, name, nil); len(got) > 0 {
			t.Errorf("results: %v", got)
		}
	})
}

// Terraform converts the strings of a configuration to NFC, and shows names in it.
func TestNamesAreMatchedAsTerraformShowsThem(t *testing.T) {
	t.Parallel()
	eachNamedListing(t, func(t *testing.T, name string) {
		arguments := map[string]tftypes.Value{"name_regex": acctest.String("^caf\u00e9$")}
		for _, listed := range []string{"caf\u00e9", "cafe\u0301"} {
			if got := readResults(t, name, arguments, identified(listed, "1"), identified("tea", "2")); len(got) != 1 {
				t.Errorf("%+q: %d results, want 1", listed, len(got))
			}
		}
	})
}
