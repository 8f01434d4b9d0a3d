package diagnostic

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

const (
	// maxNames is the maximum number of names in a list.
	maxNames = 20
	// maxNamesText is the maximum length of a list of names, in bytes.
	maxNamesText = 1 << 10
)

// Quote returns names as a list, such as `"a", "b", and 3 more`. It shortens a list that is too long for a diagnostic.
func Quote(names []string) string {
	shown := make([]string, 0, maxNames)
	length := 0
	for _, name := range names {
		quoted := strconv.Quote(name)
		length += len(quoted) + len(", ")
		if len(shown) == maxNames || len(shown) > 0 && length > maxNamesText {
			break
		}
		shown = append(shown, quoted)
	}
	list := transport.CleanText(strings.Join(shown, ", ")) // a single name may be too long
	if more := len(names) - len(shown); more > 0 {
		return fmt.Sprintf("%s, and %d more", list, more)
	}
	return list
}

// Name returns name quoted, without its end if it is long.
func Name(name string) string {
	const enough = 100
	if runes := []rune(name); len(runes) > enough {
		name = string(runes[:enough]) + "…"
	}
	return strconv.Quote(name)
}

// Nearest returns the name in names that is most similar to name, or "" if none is similar enough.
func Nearest(names []string, name string) string {
	const alike = 0.6
	nearest := byLikeness(names, name)
	if len(nearest) == 0 || likeness(nearest[0], name) < alike {
		return ""
	}
	return nearest[0]
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

// likeness returns the similarity of two names, ignoring case: 1 for equal names, and 0 for names with nothing in common.
func likeness(a, b string) float64 {
	return levenshtein.Match(beginning(a), beginning(b), nil)
}

// beginning returns the part of a name that likeness compares. The time of a comparison grows with the product of the lengths.
func beginning(name string) string {
	const enough = 100
	runes := []rune(strings.ToLower(name))
	return string(runes[:min(enough, len(runes))])
}
