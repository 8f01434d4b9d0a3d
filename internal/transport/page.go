package transport

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// maxPageText is the most text of a web page that is shown, in bytes.
const maxPageText = 200

// pageText returns the cleaned title of a web page that came with status or, if it has none or only repeats the status, the
// first words of its text. It returns "" if body is not a web page.
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
	var within string // name of the element that began last, if it has not ended
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
