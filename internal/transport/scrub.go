package transport

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
	// maxSecrets is how many spellings of secrets are looked for. Where there are more, the oldest are forgotten, but for
	// the first keptSecrets, which are those of the configuration; the others are tokens and signatures of past requests.
	maxSecrets, keptSecrets = 256, 16
)

// scrubber makes text that came from the network fit to show: it knows the client's secrets, and a server or a proxy
// that echoes a request must not bring them into a log or a diagnostic.
type scrubber struct {
	mu      sync.RWMutex
	secrets []string // folded
}

// hide makes secrets known, as they are and as a URL or a form spells them.
func (s *scrubber) hide(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		for _, spelled := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			folded, _ := fold(printable(spelled))
			if len(folded) >= minSecret && !slices.Contains(s.secrets, folded) {
				s.secrets = append(s.secrets, folded)
			}
		}
	}
	if more := len(s.secrets) - maxSecrets; more > 0 {
		s.secrets = slices.Delete(s.secrets, keptSecrets, keptSecrets+more)
	}
}

// clean returns text without secrets, in one line of printable characters, cut to maxServerText.
func (s *scrubber) clean(text string) string {
	return ellipsis(s.withoutSecrets(printable(head(text, maxReadText)), len(text) > maxReadText))
}

// withoutSecrets hides the secrets in text, which is printable, and where it was cut also the beginning of a secret that
// it ends in.
func (s *scrubber) withoutSecrets(text string, cut bool) string {
	folded, at := fold(text)
	hidden := make([]bool, len(text))
	mark := func(start, end int) {
		for i := at[start]; i <= at[end-1]; i++ {
			hidden[i] = true
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, secret := range s.secrets {
		for start := 0; ; start += len(secret) {
			i := strings.Index(folded[start:], secret)
			if i < 0 {
				break
			}
			start += i
			mark(start, start+len(secret))
		}
		if n := overlap(folded, secret); cut && n > 0 {
			mark(len(folded)-n, len(folded))
		}
	}
	var b strings.Builder
	for i := range len(text) {
		switch {
		case !hidden[i]:
			b.WriteByte(text[i])
		case i == 0 || !hidden[i-1]:
			b.WriteString("(hidden)")
		}
	}
	return b.String()
}

// overlap returns the length of the longest end of text that is a beginning of secret.
func overlap(text, secret string) int {
	n := min(len(secret), len(text))
	for !strings.HasSuffix(text, secret[:n]) {
		n--
	}
	return n
}

// fold returns what secrets are compared by, and where each of its bytes is in text, which is printable: in lower case, as
// of a URL's %2F and %2f; without backslashes, as of JSON's \/; and without spaces, which stand for what is not printable.
func fold(text string) (folded string, at []int) {
	b := make([]byte, 0, len(text))
	for i, c := range []byte(text) {
		switch {
		case c == ' ' || c == '\\':
			continue
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		b, at = append(b, c), append(at, i)
	}
	return string(b), at
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
