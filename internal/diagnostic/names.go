package diagnostic

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// Quote returns names as a list, such as `"a", "b", and 3 more`. It shortens a list that is too long for a diagnostic.
func Quote(names []string) string {
	const maxNames, maxBytes = 20, 1 << 10
	var shown []string
	length := 0
	for _, name := range names[:min(maxNames, len(names))] {
		quoted := strconv.Quote(name)
		length += len(quoted) + len(", ")
		if len(shown) > 0 && length > maxBytes {
			break
		}
		shown = append(shown, quoted)
	}
	list := atlas.CleanText(strings.Join(shown, ", ")) // a single name may be too long
	if more := len(names) - len(shown); more > 0 {
		return fmt.Sprintf("%s, and %d more", list, more)
	}
	return list
}

// maxName is how many characters of a name are shown by Name or compared with another name.
const maxName = 100

// Name returns name quoted, without its end if it is long.
func Name(name string) string {
	if utf8.RuneCountInString(name) > maxName {
		name = beginning(name) + "…"
	}
	return strconv.Quote(name)
}

// beginning returns the first maxName characters of name.
func beginning(name string) string {
	runes := []rune(name)
	return string(runes[:min(maxName, len(runes))])
}

// Nearest returns the name in names that is most similar to name, or "" if none is similar enough.
func Nearest(names []string, name string) string {
	const alike = 0.6
	if nearest := byLikeness(names, name); len(nearest) > 0 && likeness(nearest[0], name) >= alike {
		return nearest[0]
	}
	return ""
}

// byLikeness returns names, sorted by their similarity to name.
func byLikeness(names []string, name string) []string {
	scores := make(map[string]float64, len(names))
	for _, n := range names {
		scores[n] = likeness(n, name)
	}
	return slices.SortedFunc(slices.Values(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b))
	})
}

// likeness returns the similarity of two names, ignoring case: 1 for equal names, and 0 for names with nothing in common. It compares
// their beginnings, because its time grows with the product of the lengths.
func likeness(a, b string) float64 {
	return levenshtein.Match(strings.ToLower(beginning(a)), strings.ToLower(beginning(b)), nil)
}
