package diagnostic

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// TestEveryOutcomeIsExplained looks for the outcome of each request in the headings of the troubleshooting guide.
func TestEveryOutcomeIsExplained(t *testing.T) {
	t.Parallel()
	r, headings := unsent(t, atlas.APIKey), outcomesInGuide(t)
	failures := []*atlas.Error{
		{Kind: atlas.Ended, Cause: context.DeadlineExceeded},
		{Kind: atlas.Ended, Cause: context.Canceled},
		resetBy(t),
		{Kind: atlas.Redirected, Detail: "https://b"},
		{Kind: atlas.Unexpected, Detail: "is empty"},
		{Kind: atlas.Unexpected, SignIn: true, Detail: "has no token"},
		{Kind: atlas.OtherName, Detail: "a"},
		{Kind: atlas.Changed, Detail: "It changed."},
		{Kind: atlas.TooLarge, Detail: "The listing has more than 25000 connections, or more than 128 MiB."},
		{Kind: atlas.TooLarge, Detail: "21 pages in a row were empty, and linked to a next one."},
	}
	for _, status := range []int{400, 401, 402, 403, 404, 406, 408, 409, 410, 423, 429, 500, 502, 503, 504} {
		failures = append(failures, &atlas.Error{Status: status, Code: "X"}, &atlas.Error{Status: status})
	}
	for _, e := range failures {
		outcome, _ := r.diagnose(e)
		if !slices.ContainsFunc(headings, func(h *regexp.Regexp) bool { return h.MatchString(outcome) }) {
			t.Errorf("the troubleshooting guide has no heading for %q", outcome)
		}
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
			for _, status := range []int{402, 406, 409, 410, 423} {
				add(fmt.Sprint(answered, status))
			}
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
