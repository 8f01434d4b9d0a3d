package sandbox

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// similarity also favors a common beginning in very different names, such as "AzureBlob" and "AzureBlobStorage".
var similarity = levenshtein.NewParams().BonusThreshold(0)

// nearest returns the known name that is most similar to an unknown one, ignoring case, or "" if none is similar enough.
func nearest(unknown string, known []string) string {
	const resembles = 0.6 // "lambda" is like "AWSLambda" (0.67), but "SQS" is not like "S3" (0.4).
	best, found := resembles, ""
	for _, name := range known {
		if score := levenshtein.Match(strings.ToLower(unknown), strings.ToLower(name), similarity); score > best {
			best, found = score, name
		}
	}
	return found
}

// didYouMean returns the end of a message about an unknown name, which suggests the nearest known one.
func didYouMean(unknown string, known []string) string {
	if name := nearest(unknown, known); name != "" {
		return fmt.Sprintf("; did you mean %q?", name)
	}
	return ""
}
