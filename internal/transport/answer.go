package transport

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"golang.org/x/net/html"
)

// maxBody limits an answer, in bytes after decompression. A page of 500 connections with certificates is less than a tenth.
const maxBody = 16 << 20

// JSON returns the body of an answer that is 200 OK and JSON by its content type. It fails with a StatusError or a ContentError.
func (c *Client) JSON(resp *http.Response) ([]byte, error) {
	if resp.StatusCode >= 300 {
		return nil, newStatusError(resp, &c.scrub)
	}
	body, err := bodyOf(resp)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, &ContentError{Reason: "has the status " + statusText(resp.StatusCode) + " instead of 200 OK"}
	}
	if len(body) == 0 {
		return nil, &ContentError{Reason: "is empty"}
	}
	contentType := resp.Header.Get("Content-Type")
	if contentType == "" {
		return nil, &ContentError{Reason: "has no content type"}
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil || media != "application/json" && !(strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")) {
		reason := fmt.Sprintf("is not JSON: its content type is %q", c.scrub.clean(contentType))
		if text := c.scrub.pageText(body, resp.StatusCode); text != "" {
			reason += fmt.Sprintf(", and its text begins with %q", text)
		}
		return nil, &ContentError{Reason: reason}
	}
	return body, nil
}

// buffer reads the body of resp into memory.
func buffer(resp *http.Response) error {
	if resp.StatusCode == http.StatusSwitchingProtocols { // its body is the connection, which no context ends
		_ = resp.Body.Close()
		return &ContentError{Reason: "has the status " + statusText(resp.StatusCode)}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	_ = resp.Body.Close()
	switch {
	case err != nil:
		return fmt.Errorf("reading the answer: %w", err)
	case len(body) > maxBody:
		return &ContentError{Reason: fmt.Sprintf("is larger than %d MiB", maxBody>>20)}
	}
	resp.Body = &memoryBody{ReadCloser: io.NopCloser(bytes.NewReader(body)), body: body}
	return nil
}

// memoryBody is the body of an answer in memory. The digest library reads the body of every 401, and the SDK that of every
// answer, before bodyOf returns it.
type memoryBody struct {
	io.ReadCloser

	body []byte
}

// bodyOf returns the body of an answer. If it is in memory, it can have been read and closed before.
func bodyOf(resp *http.Response) ([]byte, error) {
	if b, ok := resp.Body.(*memoryBody); ok {
		return b.body, nil
	}
	return io.ReadAll(resp.Body)
}

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
