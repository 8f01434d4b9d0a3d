package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// diagnose returns the outcome of a request that failed with e, and advice, which may be empty.
func (r Request) diagnose(e *atlas.Error) (outcome, advice string) {
	switch e.Kind {
	case atlas.Refused:
		return answered(e), r.adviseStatus(e)
	case atlas.Unexpected:
		return sentence(e.Error()), "Check base_url and the proxy: this answer does not come from the Atlas Administration API."
	case atlas.OtherName:
		return "Atlas returned the connection " + Name(e.Detail) + " instead.", "Check name: names are case-sensitive."
	case atlas.Redirected:
		return "The server redirected to " + e.Detail + ".", "The provider sends credentials only to base_url, so it did not follow. Check " +
			"base_url and the proxy: the sign-in page of a proxy redirects like this."
	case atlas.Unanswered:
		return unanswered(e), adviseNetwork(e)
	case atlas.Changed:
		return sentence(e.Error()), "Plan again when nothing is being created or deleted."
	case atlas.TooLarge:
		return sentence(e.Detail), "The provider reads no larger listings. If Atlas has fewer results, check " +
			"base_url: the answers do not come from Atlas."
	case atlas.Ended:
	}
	if errors.Is(e, context.DeadlineExceeded) {
		return "The read did not end within its time." + history(e), "To allow more time, set timeouts.read, such as " +
			"timeouts = { read = \"10m\" }."
	}
	return "The read was interrupted." + history(e), ""
}

// answered returns a sentence about who answered what, and after how many attempts.
func answered(e *atlas.Error) string {
	who := "Atlas"
	if !e.IsAtlas() {
		who = "Something other than Atlas"
	}
	text := sentence(who + " answered " + e.Error())
	if e.Attempts > 1 {
		text += fmt.Sprintf(" This was the last of %d attempts in %s.", e.Attempts, e.Took.Round(time.Second))
	}
	return text
}

// unanswered returns a sentence about why no answer arrived.
func unanswered(e *atlas.Error) string {
	if e.Attempts > 1 {
		return sentence(fmt.Sprintf("No answer arrived in %d attempts within %s: %s", e.Attempts, e.Took.Round(time.Second), e))
	}
	return sentence("No answer arrived: " + e.Error())
}

// history returns sentences about the attempts of a read that ended early, and how the last completed one failed.
func history(e *atlas.Error) string {
	if e.Attempts == 0 {
		switch e.Phase {
		case atlas.Queued:
			return " It sent no request: other reads were using all connections to Atlas."
		case atlas.SigningIn:
			return " It sent no request: the provider was still signing in."
		case atlas.Sending, atlas.Waiting:
		}
		return ""
	}
	attempts := "1 attempt"
	if e.Attempts > 1 {
		attempts = fmt.Sprintf("%d attempts", e.Attempts)
	}
	text := fmt.Sprintf(" It made %s in %s.", attempts, e.Took.Round(time.Second))
	if e.SignIn {
		text += " The provider was still signing in when it ended."
	}
	if e.Before == nil {
		return text
	}
	isAnswer := e.Before.Kind == atlas.Refused
	var outcome string
	switch {
	case e.Phase != atlas.Sending && isAnswer:
		outcome = "the last answer was "
	case e.Phase != atlas.Sending:
		outcome = "the last attempt got no answer: "
	case isAnswer:
		outcome = "before the last one, the answer was "
	default:
		outcome = "before the last one, no answer had arrived: "
	}
	return text + " " + sentence(outcome+e.Before.Error())
}

// sentence returns text, which is not empty, as a sentence.
func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimRight(text[1:], ".") + "."
}
