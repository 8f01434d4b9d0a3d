package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// unexpectedError is the code of an error without a specific code, and of rejected credentials.
const unexpectedError = "UNEXPECTED_ERROR"

// bucketWait is how many seconds a client must wait for a token bucket if no header sets another time.
const bucketWait = 55

// standardCodes are the error codes for a status if an answer does not set one.
var standardCodes = map[int]string{
	http.StatusForbidden:        "IP_ADDRESS_NOT_ON_ACCESS_LIST",
	http.StatusNotFound:         "RESOURCE_NOT_FOUND",
	http.StatusMethodNotAllowed: "METHOD_NOT_ALLOWED",
	http.StatusNotAcceptable:    "INVALID_VERSION_DATE",
	http.StatusTooManyRequests:  "RATE_LIMITED_TOKEN_BUCKET",
}

// words returns the detail and the parameters of Atlas for an error code. wait is how many seconds a client must wait after too
// many requests.
func (x *exchange) words(code string, wait int) (detail string, parameters []any) {
	none := []any{} // not null
	switch code {
	case "USER_UNAUTHORIZED":
		return "Current user is not authorized to perform this action.", none
	case "IP_ADDRESS_NOT_ON_ACCESS_LIST":
		address := x.address()
		return "IP address " + address + " is not allowed to access this resource.", []any{address}
	case "ORG_REQUIRES_ACCESS_LIST":
		return "This organization requires access through an access list of ip ranges.", []any{x.address()}
	case "INVALID_GROUP_ID":
		return "An invalid group ID " + x.groupID + " was specified.", []any{x.groupID}
	case "GROUP_NOT_FOUND":
		return "No group with ID " + x.groupID + " exists.", []any{x.groupID}
	case "STREAM_TENANT_NOT_FOUND_FOR_NAME":
		return fmt.Sprintf("Stream instance for project %s and name %s not found.", x.groupID, x.tenantName),
			[]any{x.groupID, x.tenantName}
	case "STREAM_CONNECTION_NOT_FOUND_FOR_NAME":
		return fmt.Sprintf("Stream connection with name %s for project %s and name %s not found.", x.connectionName, x.groupID, x.tenantName),
			[]any{x.connectionName, x.groupID, x.tenantName}
	case "RESOURCE_NOT_FOUND":
		return "Cannot find resource " + x.r.URL.Path + ".", []any{x.r.URL.Path}
	case "METHOD_NOT_ALLOWED":
		return "The method " + x.r.Method + " is not allowed for this resource.", []any{x.r.Method}
	case "INVALID_VERSION_DATE":
		return "Invalid accept header or version date.", none
	case "RATE_LIMITED":
		return "Resource " + x.r.URL.Path + " is limited to 10 requests every 1 minutes.", []any{x.r.URL.Path, 10, 1}
	case "RATE_LIMITED_TOKEN_BUCKET":
		const capacity, refill, interval = 10, 5, 60
		path := strings.TrimPrefix(x.r.URL.Path, "/")
		return fmt.Sprintf("Rate limit exceeded for %s. Please retry after %d seconds. Request capacity: %d. Refill rate: %d per %d seconds.",
			path, wait, capacity, refill, interval), []any{path, wait, capacity, refill, interval}
	default:
		return "Unexpected error.", none
	}
}

// refuse returns an error with Atlas's detail and parameters for the code.
func (x *exchange) refuse(status int, code string) response {
	detail, parameters := x.words(code, bucketWait)
	return apiError(status, code, detail, parameters)
}

// scriptedError returns the error of a scripted answer. What the answer does not set is the same as in Atlas.
func (x *exchange) scriptedError(a Answer) response {
	code := cmp.Or(a.ErrorCode, standardCodes[a.Status], unexpectedError)
	if a.Status == http.StatusUnauthorized && code == unexpectedError && a.Parameters == nil {
		return x.unauthorized(a.Detail, false)
	}
	wait, err := strconv.Atoi(a.Headers["Retry-After"])
	if err != nil {
		wait = bucketWait
	}
	detail, parameters := x.words(code, wait)
	detail = cmp.Or(a.Detail, detail)
	if a.Parameters != nil {
		return apiError(a.Status, code, detail, a.Parameters)
	}
	return apiError(a.Status, code, detail, parameters)
}

// apiError returns an error of the API (schema ApiError), with its code in the header and in the body.
func apiError(status int, code, detail string, parameters any) response {
	res := jsonResponse(status, "application/json", map[string]any{
		"detail":     detail,
		"error":      status,
		"errorCode":  code,
		"parameters": parameters,
		"reason":     http.StatusText(status),
	})
	res.header.Set("X-Error-Code", code)
	return res
}

func jsonResponse(status int, contentType string, document any) response {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)                     // data is served unchanged
	if err := encoder.Encode(document); err != nil { // only for a RawMessage that is not JSON
		return apiError(http.StatusInternalServerError, unexpectedError, err.Error(), nil)
	}
	return response{status, http.Header{"Content-Type": {contentType}}, bytes.TrimSuffix(body.Bytes(), []byte("\n"))}
}

// encoded returns a document of this package as JSON.
func encoded(document any) json.RawMessage {
	return jsonResponse(http.StatusOK, "", document).body
}
