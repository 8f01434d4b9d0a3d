package streamconnections

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// maxAllocations is how many allocations one attribute of the results may cost for each connection of a mixed listing, on
// its way from the decoded page to the protocol's answer. Most of them are the framework's own; see PERFORMANCE.md.
const maxAllocations = 19

// TestAllocationsOfAConnection holds what a timing cannot: a state that is unpacked or looked up in the schema shows here.
func TestAllocationsOfAConnection(t *testing.T) { //nolint:paralleltest // others would allocate meanwhile
	const n = 500
	read := newReader(t, fromPage(mixedListing(t, n)))
	attributes := countAttributes(result.Type())
	if got, want := testing.AllocsPerRun(1, read)/n, float64(maxAllocations*attributes); got > want {
		t.Errorf("%.0f allocations a connection, want %.0f at most: %d for each of the %d attributes of a result, nested ones too",
			got, want, maxAllocations, attributes)
	}
}

// countAttributes counts the attributes of typ and of the objects in it. Null ones cost as others do.
func countAttributes(typ attr.Type) int {
	object, ok := typ.(types.ObjectType)
	if !ok {
		return 0
	}
	count := len(object.AttrTypes)
	for _, attribute := range object.AttrTypes {
		count += countAttributes(attribute)
	}
	return count
}
