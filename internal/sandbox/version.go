package sandbox

import (
	"mime"
	"net/http"
	"regexp"
	"strings"
	"time"
)

var versioned = regexp.MustCompile(`^application/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+json$`)

// acceptsVersion reports whether an Accept header requests a version that exists. Atlas returns the newest version that is not
// newer than the date, so every date since the oldest version is valid.
func acceptsVersion(header http.Header) bool {
	for accepted := range strings.SplitSeq(strings.Join(header.Values("Accept"), ","), ",") {
		media, _, err := mime.ParseMediaType(accepted)
		if err != nil {
			continue
		}
		match := versioned.FindStringSubmatch(media)
		if match == nil {
			continue
		}
		if _, err := time.Parse(time.DateOnly, match[1]); err == nil && match[1] >= oldestVersion {
			return true
		}
	}
	return false
}
