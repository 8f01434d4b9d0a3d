package streamconnections

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// maxAllocations is the maximum number of allocations for each value in the state of a connection, objects and nulls included, from
// the decoded page to the answer of the provider. The framework makes most of them; see PERFORMANCE.md.
const maxAllocations = 66

// TestAllocationsOfAConnection fails, unlike a timing, on every machine if the framework unpacks the state or looks up its
// attributes in the schema.
func TestAllocationsOfAConnection(t *testing.T) { //nolint:paralleltest // other tests would allocate, too
	const n = 500
	listing := mixedListing(t, n)
	read := newReader(t, fromPage(listing))
	values := 0.0
	for _, connection := range listing.Results {
		values += float64(countValues(t, connection)) / n
	}
	if got := testing.AllocsPerRun(1, read) / n; got > maxAllocations*values {
		t.Errorf("%.0f allocations a connection, want %.0f at most: %d for each of its %.1f values", got, maxAllocations*values,
			maxAllocations, values)
	}
}

// countValues counts the values in the state of a connection. An object that is null is one value.
func countValues(t *testing.T, connection *atlas.Resource) int {
	t.Helper()
	fields, err := connection.Fields()
	if err != nil {
		t.Fatal(err)
	}
	values, err := result.Values(fields)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	err = tftypes.Walk(tftypes.NewValue(result.TerraformType(), values), func(*tftypes.AttributePath, tftypes.Value) (bool, error) {
		count++
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}
