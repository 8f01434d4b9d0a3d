package transport

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// JSON returns the body of resp, an answer of HTTPClient, if it is 200 OK and JSON by its content type. It fails with a
// StatusError or a ContentError otherwise.
func (c *Client) JSON(resp *http.Response) ([]byte, error) {
	if resp.StatusCode >= 300 {
		return nil, statusError(resp, c.scrub)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, &ContentError{Reason: "has the status " + statusText(resp.StatusCode) + " instead of 200 OK"}
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
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
		return nil, &ContentError{Reason: fmt.Sprintf("is not JSON: its content type is %q", c.Clean(contentType))}
	}
	return body, nil
}

// Failure returns err, which HTTPClient failed with, as one of this package's errors.
func (c *Client) Failure(err error) error { return failure(err, c.scrub) }
