package streamconnections

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/validation"
)

// spelling rejects a type that can only be a misspelled known one: no connection has it, and an empty list can plan to destroy
// everything that a for_each creates.
var spelling = validation.String{
	Expected: "value must not be a misspelled type",
	Summary:  "Misspelled streams connection type",
	Check: func(_ path.Path, value string) string {
		meant := misspelled(value)
		if meant == "" {
			return ""
		}
		return fmt.Sprintf("No type of connection that this version of the provider knows is called %[1]s. Did you mean %[2]q? Types are "+
			"case-sensitive.\n\nIf Atlas has added the type %[1]s, leave types out and filter on the type instead: "+
			"[for c in data.atlas_streams_connections.example.results : c if c.type == %[1]s].", diagnostic.Name(value), meant)
	},
}

// minMisspelled is the minimum number of letters of a known type for which one wrong letter is a mistake. In a shorter one, such as S3,
// it can be another type.
const minMisspelled = 5

// misspelled returns the known type that value misspells, or "" if value is a known type or not similar to one: both have the same
// letters and digits, in any case, except at most one if the known type is not too short.
func misspelled(value string) string {
	if slices.Contains(knownTypes, value) {
		return ""
	}
	for _, known := range knownTypes {
		a, b := simplified(value), simplified(known)
		// A long value, which takes long to compare, is more than one letter away.
		if a == b || len(b) >= minMisspelled && len(a) < 2*len(b) && levenshtein.Distance(a, b, nil) == 1 {
			return known
		}
	}
	return ""
}

// simplified returns only the letters and digits of name, in lowercase.
func simplified(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
