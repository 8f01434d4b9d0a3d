package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// apiErrorBody is an error in the shape of the Atlas Administration API.
type apiErrorBody struct {
	Detail     string `json:"detail"`
	Error      int    `json:"error"`
	ErrorCode  string `json:"errorCode"`
	Parameters []any  `json:"parameters"`
	Reason     string `json:"reason"`
}

// standardErrors is what Atlas says for a status when nothing more is known.
var standardErrors = map[int]struct{ code, detail string }{
	http.StatusUnauthorized:     {"UNEXPECTED_ERROR", "You are not authorized for this resource."},
	http.StatusForbidden:        {"USER_UNAUTHORIZED", "Current user is not authorized to perform this action."},
	http.StatusNotFound:         {"RESOURCE_NOT_FOUND", "Cannot find resource."},
	http.StatusMethodNotAllowed: {"METHOD_NOT_ALLOWED", "The method is not allowed for this resource."},
	http.StatusNotAcceptable:    {"INVALID_VERSION_DATE", "Invalid accept header or version date."},
	http.StatusTooManyRequests:  {"RATE_LIMITED_TOKEN_BUCKET", "Rate limit exceeded. Request capacity: 300. Refill rate: 100 per 60 seconds."},
}

// apiError is an error without parameters. An empty code or detail is the standard one of the status.
func apiError(status int, code, detail string) response {
	standard, ok := standardErrors[status]
	if !ok {
		standard.code, standard.detail = "UNEXPECTED_ERROR", "Unexpected error."
	}
	if code == "" {
		code = standard.code
	}
	if detail == "" {
		detail = standard.detail
	}
	return apiErrorWith(status, code, detail)
}

func apiErrorWith(status int, code, detail string, parameters ...any) response {
	return jsonResponse(status, "application/json", apiErrorBody{
		Detail:     detail,
		Error:      status,
		ErrorCode:  code,
		Parameters: append([]any{}, parameters...), // Never null.
		Reason:     http.StatusText(status),
	})
}

func methodNotAllowed(method, allowed string) response {
	res := apiErrorWith(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "The method "+method+" is not allowed for this resource.", method)
	res.header.Set("Allow", allowed)
	return res
}

func jsonResponse(status int, contentType string, document any) response {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)                     // The data is served as it is written.
	if err := encoder.Encode(document); err != nil { // Only a RawMessage of the data that is not JSON gets here.
		return apiErrorWith(http.StatusInternalServerError, "UNEXPECTED_ERROR", err.Error())
	}
	return response{status: status, header: http.Header{"Content-Type": {contentType}}, body: bytes.TrimSuffix(body.Bytes(), []byte("\n"))}
}

// encoded is a document of this package as JSON.
func encoded(document any) json.RawMessage {
	return jsonResponse(http.StatusOK, "", document).body
}
