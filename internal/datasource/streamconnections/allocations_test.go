package streamconnections

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// maxAllocations is the maximum number of allocations for each attribute of each connection in a mixed listing, from the
// decoded page to the answer of the provider. The framework makes most of them; see PERFORMANCE.md.
const maxAllocations = 19

// TestAllocationsOfAConnection fails, unlike a timing, on every machine if the framework unpacks the state or looks up its
// attributes in the schema.
func TestAllocationsOfAConnection(t *testing.T) { //nolint:paralleltest // other tests would allocate, too
	const n = 500
	read := newReader(t, fromPage(mixedListing(t, n)))
	attributes := countAttributes(result.TerraformType())
	if got, want := testing.AllocsPerRun(1, read)/n, float64(maxAllocations*attributes); got > want {
		t.Errorf("%.0f allocations a connection, want %.0f at most: %d for each of the %d attributes of a result, nested ones too",
			got, want, maxAllocations, attributes)
	}
}

// countAttributes counts the attributes of typ and of the objects in it. Null attributes cost allocations, too.
func countAttributes(typ tftypes.Type) int {
	object, ok := typ.(tftypes.Object)
	if !ok {
		return 0
	}
	count := len(object.AttributeTypes)
	for _, attribute := range object.AttributeTypes {
		count += countAttributes(attribute)
	}
	return count
}
