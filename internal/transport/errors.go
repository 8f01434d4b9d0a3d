package transport

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Every request that fails does so with an error of one of the types below. Their texts are clean: no secret, no control character,
// and of a server's words at most 1 KiB.

// StatusError is an answer that Atlas gave with a status other than 200 OK (API schema ApiError, or RFC 6749 section 5.2
// from the token endpoint).
type StatusError struct {
	// Status is the HTTP status code.
	Status int
	// Code is Atlas's error code, such as STREAM_TENANT_NOT_FOUND_FOR_NAME; empty where the answer has none.
	Code string
	// Detail is what Atlas says, or the answer's text where it is not in Atlas's form.
	Detail string
	// RetryAfter is how long Atlas asks to wait; zero where it asks for nothing that makes sense.
	RetryAfter time.Duration
	// SignIn says that the token endpoint answered, not the API.
	SignIn bool
}

func (e *StatusError) Error() string {
	parts := []string{statusText(e.Status)}
	for _, part := range []string{e.Code, e.Detail} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return ellipsis(strings.Join(parts, ": "))
}

// statusText returns a status as RFC 9110 words it. A server's own wording may hold anything.
func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// newStatusError reads the answer's body as Atlas's or OAuth's error object, and as plain text where it is neither.
func newStatusError(status int, header http.Header, body []byte, scrub *scrubber) *StatusError {
	var object struct {
		ErrorCode        string          `json:"errorCode"`
		Detail           string          `json:"detail"`
		Reason           string          `json:"reason"`
		Error            json.RawMessage `json:"error"`
		ErrorDescription string          `json:"error_description"`
	}
	e := &StatusError{Status: status, RetryAfter: retryAfter(header)}
	if err := json.Unmarshal(body, &object); err != nil {
		e.Detail = scrub.clean(string(body))
		return e
	}
	var oauthCode string
	if json.Unmarshal(object.Error, &oauthCode) != nil {
		oauthCode = "" // Atlas repeats the status there, as a number
	}
	e.Code = scrub.clean(cmp.Or(object.ErrorCode, oauthCode))
	e.Detail = scrub.clean(cmp.Or(object.Detail, object.ErrorDescription, object.Reason))
	if e.Code == "" && e.Detail == "" {
		e.Detail = scrub.clean(string(body))
	}
	return e
}

// ContentError is an answer that is not what was asked for, without a status that says why.
type ContentError struct {
	// Reason says what is wrong with it, as the rest of the sentence "The answer …".
	Reason string
}

func (e *ContentError) Error() string { return "the answer " + e.Reason }

// NetworkError is a request that got no whole answer: no connection, a broken one, or none in time.
type NetworkError struct {
	// Before is what the attempt before came to, where the read ended in the next one or in the wait for it: a
	// StatusError without Atlas's words or a NetworkError. It is nil where there was none.
	Before error

	text string
	err  error
}

func (e *NetworkError) Error() string { return e.text }

// Unwrap returns the cause. Its text is not clean.
func (e *NetworkError) Unwrap() error { return e.err }

// failure returns the error of a request as one of this package's, without what net/http says around it: the URL, which
// the caller knows.
func failure(err error, scrub *scrubber) error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	if isOwn(err) {
		return err
	}
	if strings.HasPrefix(err.Error(), "failed to parse Location header") { // net/http has no type for it
		return &ContentError{Reason: "redirects to no URL"}
	}
	return &NetworkError{text: scrub.clean(err.Error()), err: err}
}

func isOwn(err error) bool {
	var (
		status  *StatusError
		content *ContentError
		network *NetworkError
		origin  *OriginError
	)
	return errors.As(err, &status) || errors.As(err, &content) || errors.As(err, &network) || errors.As(err, &origin)
}

// OriginError is a request that would have left the origin of the base URL, as a redirect does. It was not sent.
type OriginError struct {
	// Base and Target are origins: scheme, host and port.
	Base, Target string
}

func (e *OriginError) Error() string {
	return fmt.Sprintf("refused to leave %s for %s", e.Base, e.Target)
}

// ProxyError is a proxy variable of the environment that names no proxy. Its value is not shown: it may hold a password.
type ProxyError struct {
	// Variable is the name of the environment variable.
	Variable string
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the environment variable %s does not hold the URL of a proxy", e.Variable)
}

// statusError reads resp, which is in memory, as an error.
func statusError(resp *http.Response, scrub *scrubber) error {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	return newStatusError(resp.StatusCode, resp.Header, body, scrub)
}
