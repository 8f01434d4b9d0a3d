package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
)

const (
	// oldestVersion is the version of the resources here. A later date resolves to it, as nothing newer exists.
	oldestVersion = "2023-02-01"
	mediaType     = "application/vnd.atlas." + oldestVersion + "+json"

	// rateLimit is what the headers report. The sandbox never enforces it.
	rateLimit = 300
)

var objectID = regexp.MustCompile(`^[a-f0-9]{24}$`)

// project checks the sign-in, the version and the project of a request, in this order.
func (x *exchange) project() (*project, *response) {
	a, refusal := x.signIn()
	switch {
	case refusal != nil:
		return nil, refusal
	case !acceptsVersion(x.r.Header):
		return nil, new(apiError(http.StatusNotAcceptable, "", ""))
	case a.refuse != nil:
		return nil, new(a.refuse(x.r))
	}
	id := x.groupID
	if !objectID.MatchString(id) {
		return nil, new(apiErrorWith(http.StatusBadRequest, "INVALID_GROUP_ID", "An invalid group ID "+id+" was specified.", id))
	}
	p, ok := x.projects[id]
	if !ok {
		return nil, new(apiErrorWith(http.StatusNotFound, "GROUP_NOT_FOUND", "No group with ID "+id+" exists.", id))
	}
	return p, nil
}

// scripted answers as the next answer of the script makes of the normal one. A request whose sign-in the answer revokes
// is refused.
func (x *exchange) scripted(s *script, normal func(Answer) response) response {
	return x.through(s, apiError, func(a Answer) response {
		if a.Revoke {
			if _, refusal := x.signIn(); refusal != nil {
				return *refusal
			}
		}
		return normal(a)
	})
}

// resource answers with a document.
func (x *exchange) resource(document any) response {
	res := jsonResponse(http.StatusOK, mediaType, document)
	if x.r.URL.Query().Get("pretty") == "true" {
		var indented bytes.Buffer
		if json.Indent(&indented, res.body, "", "  ") == nil {
			res.body = indented.Bytes()
		}
	}
	x.mu.Lock()
	used := x.arrivals
	x.mu.Unlock()
	res.header.Set("RateLimit-Limit", strconv.Itoa(rateLimit))
	res.header.Set("RateLimit-Remaining", strconv.Itoa(rateLimit-1-used%rateLimit))
	return res
}

// unknownResource answers whatever else is asked for.
func (x *exchange) unknownResource() response {
	path := x.r.URL.Path
	return apiErrorWith(http.StatusNotFound, "RESOURCE_NOT_FOUND", "Cannot find resource "+path+".", path)
}
