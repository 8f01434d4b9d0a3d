package sandbox

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// similarity weighs a common beginning, as in "AzureBlob" and "AzureBlobStorage", at any distance.
var similarity = levenshtein.NewParams().BonusThreshold(0)

// nearest returns the known name that an unknown one most resembles, in any letter case, or "" if it resembles none.
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

// didYouMean ends a message about an unknown name with the nearest known one.
func didYouMean(unknown string, known []string) string {
	if name := nearest(unknown, known); name != "" {
		return fmt.Sprintf("; did you mean %q?", name)
	}
	return ""
}
