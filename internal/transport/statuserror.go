package transport

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// StatusError is an answer with an error status (API schema ApiError, or RFC 6749 section 5.2 for the token endpoint).
type StatusError struct {
	// Status is the HTTP status code.
	Status int
	// Code is the error code of Atlas or, if SignIn, of OAuth, such as invalid_client. It is empty if Atlas did not answer.
	Code string
	// Detail is Atlas's explanation. If Atlas did not answer, it is the text of the answer, or the title or first words of a page.
	Detail string
	// RetryAfter is how long Atlas asks to wait, in a header or in the error; zero if it does not.
	RetryAfter time.Duration
	// SignIn is whether the token endpoint answered, not the API.
	SignIn bool
	// Attempts is how often the request was sent, Took the time until this answer, and Stopped why it was not sent again.
	Attempts int
	Took     time.Duration
	Stopped  Stop
}

// IsAtlas reports whether Atlas answered, by its error code, and not something in between, such as a proxy or a load balancer.
func (e *StatusError) IsAtlas() bool { return e.Code != "" }

// IsTokenLimit reports whether the service account has as many access tokens as it may have. The client secret is valid.
func (e *StatusError) IsTokenLimit() bool {
	return e.SignIn && e.Code == "access_denied" && strings.Contains(strings.ToLower(e.Detail), "token limit")
}

func (e *StatusError) Error() string {
	parts := slices.DeleteFunc([]string{statusText(e.Status), e.Code, e.Detail}, func(part string) bool { return part == "" })
	return ellipsis(strings.Join(parts, ": "), maxServerText)
}

// statusText returns a status in the words of RFC 9110, not in those of the server, which may be anything.
func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// oauthCodes are the error codes of RFC 6749 section 5.2, and three of section 4.1.2.1 that some token endpoints also send.
var oauthCodes = []string{
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
	"access_denied", "temporarily_unavailable", "server_error",
}

// errorObject is the error object of Atlas or of OAuth. Atlas repeats the status in Error, as a number.
type errorObject struct {
	ErrorCode        string          `json:"errorCode"`
	Detail           string          `json:"detail"`
	Reason           string          `json:"reason"`
	Parameters       json.RawMessage `json:"parameters"`
	Error            json.RawMessage `json:"error"`
	ErrorDescription string          `json:"error_description"`
}

// errorObjectOf decodes the body of an answer. If the body has other types, it also returns the fields that do fit.
func errorObjectOf(resp *http.Response) (object errorObject, err error) {
	body, _ := bodyOf(resp) // in memory
	err = json.Unmarshal(body, &object)
	return object, err
}

// newStatusError returns an answer in memory as an error. It reads the body as the error object of Atlas or, from the token
// endpoint, of OAuth, and as text if it is neither.
func newStatusError(resp *http.Response, scrub *scrubber) *StatusError {
	body, _ := bodyOf(resp) // in memory
	h := historyOf(resp.Request.Context())
	e := &StatusError{
		Status: resp.StatusCode, RetryAfter: waitAsked(resp).least,
		SignIn: h.signIn, Attempts: h.attempts, Took: h.took,
		Stopped: max(h.stopped, NotRetried), // goOn means that this was not the last attempt
	}
	object, err := errorObjectOf(resp)
	if err != nil {
		e.Detail = cmp.Or(scrub.pageText(body, resp.StatusCode), scrub.clean(string(body)))
		return e
	}
	var code string
	if !h.signIn || json.Unmarshal(object.Error, &code) != nil || !slices.Contains(oauthCodes, code) {
		code = ""
	}
	e.Code = scrub.clean(cmp.Or(object.ErrorCode, code))
	e.Detail = scrub.clean(cmp.Or(object.Detail, object.ErrorDescription, object.Reason))
	if e.Code == "" && e.Detail == "" {
		e.Detail = scrub.clean(string(body))
	}
	return e
}

// roleMissing is the error code of the 401 that Atlas answers if a role is missing. Neither another token nor waiting helps.
const roleMissing = "USER_UNAUTHORIZED"
