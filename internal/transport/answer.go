package transport

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxBody is the size of the largest answer that is read, in bytes after decompression. A page of 500 connections with
// certificates is less than a tenth of it.
const maxBody = 16 << 20

// JSON returns the body of resp, an answer of HTTPClient, if it is 200 OK and JSON by its content type. It fails with a
// StatusError or a ContentError otherwise.
func (c *Client) JSON(resp *http.Response) ([]byte, error) {
	if resp.StatusCode >= 300 {
		return nil, newStatusError(resp, c.scrub)
	}
	return jsonOf(resp, c.scrub)
}

// jsonOf returns the body of resp. It fails with a ContentError unless the status is 200 OK and the content type is JSON.
func jsonOf(resp *http.Response, scrub *scrubber) ([]byte, error) {
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
		reason := fmt.Sprintf("is not JSON: its content type is %q", scrub.clean(contentType))
		if text := scrub.pageText(body, resp.StatusCode); text != "" {
			reason += fmt.Sprintf(", and its text begins with %q", text)
		}
		return nil, &ContentError{Reason: reason}
	}
	return body, nil
}

// Failure returns err, an error of HTTPClient, as one of the errors of this package.
func (c *Client) Failure(err error) error { return failure(err, c.scrub, false) }

// buffered reads the body of resp into memory.
func buffered(resp *http.Response) (*http.Response, error) {
	if resp.StatusCode == http.StatusSwitchingProtocols { // its body is the connection, which no context ends
		_ = resp.Body.Close()
		return nil, &ContentError{Reason: "has the status " + statusText(resp.StatusCode)}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the answer: %w", err)
	case len(body) > maxBody:
		return nil, &ContentError{Reason: fmt.Sprintf("is larger than %d MiB", maxBody>>20)}
	}
	resp.Body = inMemory(body)
	return resp, nil
}

// memoryBody is the body of an answer in memory. Close rewinds it, because the digest library reads and closes the body of every
// 401, and the SDK that of every answer, before this provider reads it.
type memoryBody struct {
	*bytes.Reader

	body []byte
}

func inMemory(body []byte) *memoryBody {
	return &memoryBody{Reader: bytes.NewReader(body), body: body}
}

func (b *memoryBody) Close() error {
	_, err := b.Seek(0, io.SeekStart)
	return err
}

// bodyOf returns the body of an answer. If it is in memory, it can be read again.
func bodyOf(resp *http.Response) ([]byte, error) {
	if b, ok := resp.Body.(*memoryBody); ok {
		return b.body, nil
	}
	return io.ReadAll(resp.Body)
}
