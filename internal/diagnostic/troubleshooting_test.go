package diagnostic

import (
	"context"
	"errors"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// TestEveryOutcomeIsExplained looks for the outcome of each request in the headings of the troubleshooting guide.
func TestEveryOutcomeIsExplained(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer stop()
	headings := outcomesInGuide(t)

	check := func(ctx context.Context, err error) {
		t.Helper()
		outcome, advice := diagnose(ctx, err, "the API key of the provider block")
		if strings.Contains(advice, "This is a bug in the provider.") {
			t.Errorf("%q is explained as a bug", outcome)
		}
		if !slices.ContainsFunc(headings, func(h *regexp.Regexp) bool { return h.MatchString(outcome) }) {
			t.Errorf("the troubleshooting guide has no heading for %q", outcome)
		}
	}
	for _, status := range []int{400, 401, 403, 404, 408, 429, 500, 502, 503, 504} {
		check(t.Context(), &transport.StatusError{Status: status, Code: "X"})
		check(t.Context(), &transport.StatusError{Status: status})
	}
	check(late, &transport.NetworkError{})
	check(cancelled, &transport.NetworkError{})
	check(t.Context(), &transport.NetworkError{})
	check(t.Context(), &transport.NetworkError{Attempts: 2})
	check(t.Context(), &transport.OriginError{Base: "https://a", Target: "https://b"})
	check(t.Context(), &transport.ContentError{Reason: "is empty"})
	check(t.Context(), &atlas.MovedError{Reason: "it moved"})
	check(t.Context(), &atlas.EndlessError{Pages: 1})

	if outcome, _ := diagnose(t.Context(), errors.New("new"), ""); outcome != "New." {
		t.Errorf("a bug is explained as %q", outcome)
	}
}

// outcomesInGuide returns a pattern for each heading of the guide. In a heading, … matches any text, and a list of statuses
// matches each of them.
func outcomesInGuide(t *testing.T) []*regexp.Regexp {
	t.Helper()
	page, err := os.ReadFile("../../templates/guides/troubleshooting.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	const answered = "Atlas answered "
	var patterns []*regexp.Regexp
	add := func(text string) {
		patterns = append(patterns, regexp.MustCompile("^"+strings.ReplaceAll(regexp.QuoteMeta(text), "…", ".+")+`\b`))
	}
	for line := range strings.Lines(string(page)) {
		heading, ok := strings.CutPrefix(strings.TrimSpace(line), "### ")
		switch list, isList := strings.CutPrefix(heading, answered); {
		case !ok:
		case heading == answered+"another status":
			add(answered + "400 " + http.StatusText(http.StatusBadRequest))
		case isList:
			for status := range strings.SplitSeq(list, ", ") {
				add(answered + strings.TrimPrefix(status, "or "))
			}
		default:
			add(heading)
		}
	}
	return patterns
}
