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
	// maxNames is the number of names that a list shows.
	maxNames = 20
	// maxNamesText is the length of a list of names, in bytes.
	maxNamesText = 1 << 10
)

// Quote returns names as a list such as `"a", "b", and 3 more`, as many as a diagnostic can show.
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

// Nearest returns the one of names that name is most likely a misspelling of, and "" if it looks like none of them.
func Nearest(names []string, name string) string {
	const alike = 0.6
	nearest := byLikeness(names, name)
	if len(nearest) == 0 || likeness(nearest[0], name) < alike {
		return ""
	}
	return nearest[0]
}

// byLikeness returns names, those first that look most like name.
func byLikeness(names []string, name string) []string {
	scores := make(map[string]float64, len(names))
	for _, n := range names {
		scores[n] = likeness(n, name)
	}
	return slices.SortedFunc(slices.Values(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b))
	})
}

// likeness is 1 for the same name, in any case, and 0 for names that have nothing in common.
func likeness(a, b string) float64 {
	return levenshtein.Match(beginning(a), beginning(b), nil)
}

// beginning returns as much of a name as is compared: the time grows with the product of the lengths.
func beginning(name string) string {
	const enough = 100
	runes := []rune(strings.ToLower(name))
	return string(runes[:min(enough, len(runes))])
}
