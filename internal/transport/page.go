package transport

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// maxPageText is how much of the text of a web page is shown, in bytes.
const maxPageText = 200

// pageText returns what a web page that came with status says, cleaned: its title or, if that only repeats the status, its
// first words. It returns "" if body is not a web page.
func (s *scrubber) pageText(body []byte, status int) string {
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return ""
	}
	title, text := titleAndText(body)
	repeated := statusText(status)
	if title = s.clean(title); title == "" || title == repeated {
		title = strings.TrimSpace(strings.TrimPrefix(s.clean(text), repeated))
	}
	return ellipsis(title, maxPageText)
}

func titleAndText(page []byte) (title, text string) {
	var titles, texts strings.Builder
	tokens := html.NewTokenizer(bytes.NewReader(page))
	var within string // the innermost element, as far as it matters
	for token := tokens.Next(); token != html.ErrorToken && texts.Len() <= maxReadText; token = tokens.Next() {
		if token != html.TextToken {
			within = ""
			if token == html.StartTagToken {
				name, _ := tokens.TagName()
				within = string(name)
			}
			continue
		}
		switch within {
		case "script", "style":
		case "title":
			titles.Write(tokens.Text())
		default:
			texts.Write(tokens.Text())
			texts.WriteByte(' ')
		}
	}
	return titles.String(), texts.String()
}
