package atlas

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// maxServerText is how much of a server's text is shown, in bytes.
const maxServerText = 1 << 10

// scrubber makes text that came from the network fit to show: it knows the client's secrets, and a server or a proxy
// that echoes a request must not bring them into a log or a diagnostic.
type scrubber struct {
	mu      sync.RWMutex
	secrets []string
}

// hide makes secrets known. Short ones are left out: they would blot out innocent text, and no Atlas secret is short.
func (s *scrubber) hide(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) >= 8 && !slices.Contains(s.secrets, secret) {
			s.secrets = append(s.secrets, secret)
		}
	}
}

// clean returns text without secrets and control characters, cut to maxServerText.
func (s *scrubber) clean(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, secret := range s.secrets {
		text = strings.ReplaceAll(text, secret, "(hidden)")
	}
	return CleanText(text)
}

// CleanText returns text that came from the network in one line of printable characters, cut to maxServerText.
func CleanText(text string) string {
	const ellipsis = "…"
	cut := len(text) > maxServerText
	if cut {
		text = text[:maxServerText-len(ellipsis)]
	}
	words := strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) })
	text = strings.Join(words, " ")
	if cut {
		text += ellipsis
	}
	return text
}
