package atlas

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"
)

const (
	// maxServerText is how much of a server's text is shown, in bytes.
	maxServerText = 1 << 10
	// maxReadText is how much of a server's text is looked at for that, in bytes.
	maxReadText = 64 << 10
	// minSecret is the length of the shortest secret that is looked for, in bytes: shorter ones would blot out innocent
	// text, and no secret of Atlas is as short.
	minSecret = 8
)

// scrubber makes text that came from the network fit to show: it knows the client's secrets, and a server or a proxy
// that echoes a request must not bring them into a log or a diagnostic.
type scrubber struct {
	mu      sync.RWMutex
	secrets []string
}

// hide makes secrets known, as they are and as a URL or a form spells them.
func (s *scrubber) hide(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		for _, spelled := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			if len(spelled) >= minSecret && !slices.Contains(s.secrets, spelled) {
				s.secrets = append(s.secrets, spelled)
			}
		}
	}
}

// clean returns text without secrets, in one line of printable characters, cut to maxServerText.
func (s *scrubber) clean(text string) string {
	text = s.withoutSecrets(head(text, maxReadText))
	// Once more, as a character that is not shown may have stood within a secret.
	return ellipsis(s.withoutSecrets(printable(text)))
}

func (s *scrubber) withoutSecrets(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, secret := range s.secrets {
		text = strings.ReplaceAll(text, secret, "(hidden)")
	}
	return text
}

// CleanText returns text that came from the network in one line of printable characters, cut to maxServerText.
func CleanText(text string) string {
	return ellipsis(printable(head(text, maxReadText)))
}

// printable returns text in one line, without what could alter a terminal: control characters and bidirectional marks.
func printable(text string) string {
	words := strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) })
	return strings.Join(words, " ")
}

func ellipsis(text string) string {
	const mark = "…"
	if len(text) <= maxServerText {
		return text
	}
	return strings.ToValidUTF8(head(text, maxServerText-len(mark)), "") + mark
}

func head(text string, n int) string { return text[:min(n, len(text))] }
