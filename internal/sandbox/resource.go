package sandbox

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	// oldestVersion is the only version of most resources, and processorVersion that of processors. Every later date resolves
	// to them.
	oldestVersion    = "2023-02-01"
	processorVersion = "2024-05-30"

	// rateLimit is the limit in the headers, which the sandbox does not enforce.
	rateLimit = 1200
)

var objectID = regexp.MustCompile(`^[a-f0-9]{24}$`)

// project checks the version, the account and the project of a request, in this order.
func (x *exchange) project() (*project, *response) {
	p, ok := x.projects[x.groupID]
	switch {
	case !acceptsVersion(x.r.Header, x.version):
		return nil, new(x.refuse(http.StatusNotAcceptable, "INVALID_VERSION_DATE"))
	case !x.account.mayRead(x.record.Endpoint):
		return nil, new(x.refuse(x.account.status, x.account.code))
	case !objectID.MatchString(x.groupID):
		return nil, new(x.refuse(http.StatusBadRequest, "INVALID_GROUP_ID"))
	case !ok:
		return nil, new(x.refuse(http.StatusNotFound, "GROUP_NOT_FOUND"))
	}
	return p, nil
}

// scripted returns the normal answer, which the next answer of the script can replace or change. If that answer revokes the
// credentials of the request, it rejects the request.
func (x *exchange) scripted(s *script, normal func(Answer) response) response {
	return x.through(s, x.scriptedError, func(a Answer) response {
		if a.Revoke {
			if _, refusal := x.authenticate(); refusal != nil {
				return *refusal
			}
		}
		return normal(a)
	})
}

// mediaType returns the media type of the resource.
func (x *exchange) mediaType() string {
	return "application/vnd.atlas." + x.version + "+json;charset=utf-8"
}

// resource answers with a document.
func (x *exchange) resource(document any) response {
	res := jsonResponse(http.StatusOK, x.mediaType(), document)
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

var versioned = regexp.MustCompile(`^application/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+json$`)

// acceptsVersion reports whether an Accept header requests a version that exists. Atlas returns the newest version that is not
// newer than the date, so every date since the oldest version is valid.
func acceptsVersion(header http.Header, oldest string) bool {
	for accepted := range strings.SplitSeq(strings.Join(header.Values("Accept"), ","), ",") {
		media, _, err := mime.ParseMediaType(accepted)
		if err != nil {
			continue
		}
		match := versioned.FindStringSubmatch(media)
		if match == nil {
			continue
		}
		if _, err := time.Parse(time.DateOnly, match[1]); err == nil && match[1] >= oldest {
			return true
		}
	}
	return false
}
