package atlas

import (
	"cmp"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

const (
	// maxServerText is the most text of a server that is shown, in bytes.
	maxServerText = 1 << 10
	// maxReadText is the most text of a server that is cleaned for that, in bytes.
	maxReadText = 64 << 10
	// minSecret is the length of the shortest secret that is hidden, in bytes. Shorter ones would hide innocent text, and
	// Atlas has no secret that short.
	minSecret = 8
)

// scrubber cleans text from the network before it is shown. It hides the client's secrets, which a server or a proxy that
// echoes a request must not bring into a log or a diagnostic: as they were sent, and as a URL or JSON spells them. It
// cannot hide what a server alters on purpose.
type scrubber struct {
	mu      sync.RWMutex
	secrets []string
}

// hide makes secrets known.
func (s *scrubber) hide(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		for _, spelled := range spellings(secret) {
			if len(spelled) >= minSecret && !slices.Contains(s.secrets, spelled) {
				s.secrets = append(s.secrets, spelled)
			}
		}
	}
	slices.SortStableFunc(s.secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // one can begin another
}

// signature matches the signature in an echoed header of Digest authentication. Each request has another one.
var signature = regexp.MustCompile(`(?i)(response=["\\]*)[0-9a-f]{32,64}`)

var escapedByte = regexp.MustCompile(`%[0-9A-F]{2}`)

// unlikeGo has what encodeURIComponent of JavaScript spells differently than url.QueryEscape.
var unlikeGo = strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*")

// spellings returns secret as it is and as URLs and JSON spell it, with hexadecimal digits of either case, or with `\/` for a slash.
func spellings(secret string) []string {
	query := url.QueryEscape(secret)
	encoded, _ := json.Marshal(secret) // cannot fail: it is a string
	quoted := strings.Trim(string(encoded), `"`)
	all := []string{secret, quoted, strings.ReplaceAll(quoted, "/", `\/`)}
	for _, escaped := range []string{query, url.PathEscape(secret), unlikeGo.Replace(query)} {
		all = append(all, escaped, escapedByte.ReplaceAllStringFunc(escaped, strings.ToLower))
	}
	return all
}

// clean returns text without secrets, in one line of printable characters, cut to maxServerText.
func (s *scrubber) clean(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	shown := printable(head(text, maxReadText))
	if len(text) > maxReadText { // the cut may be within a secret
		longest := 0
		for _, secret := range s.secrets {
			longest = max(longest, len(secret))
		}
		shown = strings.ToValidUTF8(head(shown, max(0, len(shown)-longest)), "") + "…"
	}
	for _, secret := range s.secrets {
		shown = strings.ReplaceAll(shown, secret, "(hidden)")
	}
	shown = signature.ReplaceAllString(shown, "${1}(hidden)")
	return ellipsis(shown, maxServerText)
}

// CleanText returns text that came from the network in one line of printable characters, cut to 1 KiB.
func CleanText(text string) string {
	return new(scrubber).clean(text)
}

// printable returns text in one line, without what could alter a terminal: control characters and bidirectional marks.
func printable(text string) string {
	words := strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) })
	return strings.Join(words, " ")
}

// ellipsis returns text, cut to n bytes.
func ellipsis(text string, n int) string {
	const mark = "…"
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(head(text, n-len(mark)), "") + mark
}

func head(text string, n int) string { return text[:min(n, len(text))] }
