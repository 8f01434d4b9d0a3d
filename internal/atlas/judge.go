package atlas

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/icholy/digest"
)

// roleMissing is the error code of the 401 that Atlas answers if a role is missing. Another token does not help.
const roleMissing = "USER_UNAUTHORIZED"

// invalidToken is the error code of a token that is invalid, expired, or revoked (RFC 6750 section 3.1), in the challenge of a 401.
const invalidToken = "invalid_token"

// judge returns the JSON of an answer, or why the call failed: who answered, what, and whether it can pass. The SDK's errors
// about an answer do not matter: they are the same for bad JSON and for none.
func (c *Client) judge(op operation, resp *http.Response, err error) ([]byte, *Error) {
	if _, failed := errors.AsType[*url.Error](err); failed || resp == nil {
		return nil, c.unanswered(op, err)
	}
	body := bodyOf(resp)
	e := &Error{SignIn: op == tokenOperation, Status: resp.StatusCode}
	if resp.StatusCode < http.StatusMultipleChoices {
		if e.Kind, e.Detail = Unexpected, c.unlike(resp, body); e.Detail != "" {
			return nil, e
		}
		return body, nil
	}
	object := errorObject(body)
	e.explain(object, body, &c.scrub)
	challenge := strings.Join(resp.Header.Values("WWW-Authenticate"), ",")
	if e.Code == "" && e.Status == http.StatusUnauthorized && strings.Contains(challenge, invalidToken) {
		e.Code = invalidToken
	}
	e.wait = waitAsked(resp, object)
	e.RetryAfter = e.wait.least
	e.Accepted = !e.SignIn && c.accepted()
	e.Passing = c.canPass(op, e, resp.Header)
	e.NoDigest = resp.StatusCode == http.StatusUnauthorized && c.cfg.Credential.Kind == APIKey && len(digestChallenges(resp.Header)) == 0
	return nil, e
}

// canPass reports whether a request that failed with e may succeed later. Two callers add what one request cannot know: signed, that
// an old token may be accepted while no other one can be fetched, and mayPass, that a listing that ended or changed may succeed.
func (c *Client) canPass(op operation, e *Error, header http.Header) bool {
	switch {
	case e.Kind == Unanswered:
		return isTransient(e.Cause)
	case isTransientStatus(e.Status), e.SignIn && e.Code == "temporarily_unavailable":
		return true
	case e.SignIn || e.Status != http.StatusUnauthorized:
		return false
	case e.Code == roleMissing: // Atlas denies a role for a moment now and then
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.succeeded[op]
	case isStale(header):
		return true
	}
	return c.accepted() && e.IsAtlas() // valid credentials are refused now and then, with the same answer as wrong ones and revoked tokens
}

// accepted reports whether Atlas has accepted the credential: it answered a request, or issued a token.
func (c *Client) accepted() bool {
	if c.cfg.Credential.Kind == ServiceAccount {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.succeeded) > 0
}

func isTransientStatus(status int) bool {
	return slices.Contains([]int{
		http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}, status)
}

// unanswered returns the error of a call without a complete answer. It drops the URL that net/http puts before each error.
func (c *Client) unanswered(op operation, err error) *Error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	signIn := op == tokenOperation
	if own, ok := errors.AsType[*Error](err); ok {
		own.SignIn = signIn
		return own
	}
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	if strings.HasPrefix(err.Error(), "failed to parse Location header") { // has no type in net/http
		return &Error{Kind: Unexpected, SignIn: signIn, Detail: "redirects to no URL"}
	}
	e := &Error{Kind: Unanswered, SignIn: signIn, Cause: err, Proxy: isOfProxy(err), text: c.scrub.clean(err.Error())}
	e.Passing = c.canPass(op, e, nil)
	return e
}

// unlike returns what is wrong with an answer whose status is below 300, or "" if it is 200 OK and JSON by its content type. It
// completes the sentence "The answer …".
func (c *Client) unlike(resp *http.Response, body []byte) string {
	contentType := resp.Header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(contentType)
	isJSON := err == nil && (media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json"))
	switch {
	case resp.StatusCode != http.StatusOK:
		return "has the status " + statusText(resp.StatusCode) + " instead of 200 OK"
	case len(body) == 0:
		return "is empty"
	case contentType == "":
		return "has no content type"
	case isJSON:
		return ""
	}
	reason := fmt.Sprintf("is not JSON: its content type is %q", c.scrub.clean(contentType))
	if text := textOfPage(body, &c.scrub); text != "" {
		reason += fmt.Sprintf(", and its text is %q", text)
	}
	return reason
}

// oauthCodes are the error codes of RFC 6749 section 5.2, and three of section 4.1.2.1 that some token endpoints also send.
var oauthCodes = []string{
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
	"access_denied", "temporarily_unavailable", "server_error",
}

// explain sets the code and the detail of e from the error object in the body of its answer: that of Atlas (API schema ApiError)
// or, from the token endpoint, of OAuth (RFC 6749 section 5.2). A field of another type does not hide the others. Any other JSON is
// not shown: it can be anything, such as a listing with secrets.
func (e *Error) explain(object jsonObject, body []byte, scrub *scrubber) {
	e.Code = object.text("errorCode")
	if code := object.text("error"); e.Code == "" && e.SignIn && slices.Contains(oauthCodes, code) {
		e.Code = code
	}
	if e.Code == "" {
		e.Detail = textOfPage(body, scrub)
		return
	}
	e.Detail = cmp.Or(object.text("detail"), object.text("error_description"), object.text("reason"))
	if invalid := strings.Join(object.invalidFields(), " "); invalid != "" {
		if e.Detail != "" {
			e.Detail = strings.TrimRight(e.Detail, ". ") + ". "
		}
		e.Detail += invalid
	}
	e.Code, e.Detail = scrub.clean(e.Code), scrub.clean(e.Detail)
}

// jsonObject is a JSON object from the network, whose fields can have any type. Numbers are json.Number.
type jsonObject map[string]any

// errorObject decodes the body of an answer. It returns nil if the body is not a JSON object, or is larger than any error object or
// token.
func errorObject(body []byte) jsonObject {
	if len(body) > maxReadText {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var object jsonObject
	if decoder.Decode(&object) != nil {
		return nil
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) { // something follows
		return nil
	}
	return object
}

// text returns a field that is a string, or "".
func (o jsonObject) text(name string) string {
	text, _ := o[name].(string)
	return text
}

// invalidFields returns the fields that Atlas names in badRequestDetail (API schema BadRequestDetail), each as a sentence.
func (o jsonObject) invalidFields() []string {
	detail, _ := o["badRequestDetail"].(map[string]any)
	fields, _ := detail["fields"].([]any)
	var sentences []string
	for _, field := range fields {
		object, _ := field.(map[string]any)
		name, description := jsonObject(object).text("field"), jsonObject(object).text("description")
		if name != "" && description != "" {
			sentences = append(sentences, name+": "+strings.TrimRight(description, ".")+".")
		}
	}
	return sentences
}

// maxPageText is the most text of a page that is shown, in bytes.
const maxPageText = 200

var titleOfPage = regexp.MustCompile(`(?is)<title[^>]*>([^<]*)</title`)

// textOfPage returns the text of an answer that Atlas did not send: the title of a web page, or plain text. It returns "" for
// anything that looks like data.
func textOfPage(body []byte, scrub *scrubber) string {
	text := strings.TrimSpace(string(body[:min(len(body), maxReadText)]))
	if title := titleOfPage.FindStringSubmatch(text); title != nil && text[0] == '<' {
		return ellipsis(scrub.clean(html.UnescapeString(title[1])), maxPageText)
	}
	if strings.ContainsAny(text, "<{}[]") || json.Valid(body) {
		return ""
	}
	return ellipsis(scrub.clean(string(body)), maxPageText)
}

// challenges returns the challenges of an answer. One header can contain several (RFC 9110 section 11.6.1).
func challenges(header http.Header) []string {
	var found []string
	for _, line := range header.Values("WWW-Authenticate") {
		quoted, begin := false, 0
		for i := 0; i < len(line); i++ {
			switch {
			case quoted && line[i] == '\\': // escapes the next byte
				i++
			case line[i] == '"':
				quoted = !quoted
			case line[i] == ',' && !quoted && beginsChallenge.MatchString(line[i+1:]):
				found = append(found, strings.TrimSpace(line[begin:i]))
				begin = i + 1
			}
		}
		found = append(found, strings.TrimSpace(line[begin:]))
	}
	return found
}

// beginsChallenge matches a scheme with its first parameter. A parameter alone has no scheme in front of its name.
var beginsChallenge = regexp.MustCompile(`^\s*[!#$%&'*+.^_|~0-9A-Za-z-]+(\s+[!#$%&'*+.^_|~0-9A-Za-z-]+\s*=|\s*$|\s*,)`)

// digestChallenges returns the parameters of the Digest challenges of an answer.
func digestChallenges(header http.Header) []string {
	var found []string
	for _, challenge := range challenges(header) {
		if scheme, parameters, _ := strings.Cut(challenge, " "); strings.EqualFold(scheme, "Digest") {
			found = append(found, parameters)
		}
	}
	return found
}

// findChallenge returns the Digest challenge of an answer that this client can use. It ignores a malformed one, so that the
// user reads why Atlas refused the request.
func findChallenge(header http.Header) (*digest.Challenge, error) {
	for _, parameters := range digestChallenges(header) {
		parsed, err := digest.ParseChallenge("Digest " + parameters)
		if err != nil || parsed.Nonce == "" { // which is required
			continue
		}
		if _, err := digest.Digest(parsed, digest.Options{Method: http.MethodGet, URI: "/"}); err == nil {
			return parsed, nil
		}
	}
	return nil, digest.ErrNoChallenge
}

// isStale reports whether an answer says that a nonce has expired, so that the key itself is valid (RFC 7616 section 3.3).
func isStale(header http.Header) bool {
	challenge, err := findChallenge(header)
	return err == nil && challenge.Stale
}
