package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// diagnose returns the outcome of a request that failed with err, and advice, which may be empty. credential is a CredentialName.
func diagnose(ctx context.Context, err error, credential string) (outcome, advice string) {
	var (
		status  *transport.StatusError
		network *transport.NetworkError
		origin  *transport.OriginError
		content *transport.ContentError
		moved   *atlas.MovedError
		endless *atlas.EndlessError
	)
	ended := ctx.Err()
	if errors.As(err, &network) && network.Ended != nil {
		ended = network.Ended // a sign-in ends a little sooner than the read that it is for
	}
	switch {
	case errors.As(err, &status):
		return answered(status), adviseStatus(status, credential)
	case errors.Is(ended, context.DeadlineExceeded):
		return "The read did not end within its time." + history(network), "To allow more time, set timeouts.read, such as " +
			"timeouts = { read = \"10m\" }."
	case ended != nil:
		return "The read was interrupted." + history(network), ""
	case network != nil:
		return unanswered(network), adviseNetwork(network)
	case errors.As(err, &origin):
		return fmt.Sprintf("The server at %s redirected to %s.", origin.Base, origin.Target), "The provider sends credentials only to " +
			"base_url, so it did not follow. Check base_url and the proxy: the sign-in page of a proxy redirects like this."
	case errors.As(err, &content):
		return sentence(content.Error()), "Check base_url and the proxy: this answer does not come from the Atlas Administration API."
	case errors.As(err, &moved):
		return sentence(moved.Error()), "Plan again when nothing is being created, renamed, or deleted."
	case errors.As(err, &endless):
		return sentence(endless.Error()), fmt.Sprintf("The provider reads at most %d results. If Atlas has fewer, check base_url: "+
			"the answers do not come from Atlas.", atlas.MaxListing)
	}
	return sentence(err.Error()), "This is a bug in the provider. Report it at " + issuesURL + "."
}

// answered returns a sentence about who answered what, and after how many attempts.
func answered(e *transport.StatusError) string {
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
func unanswered(e *transport.NetworkError) string {
	if e.Attempts > 1 {
		return sentence(fmt.Sprintf("No answer arrived in %d attempts within %s: %s", e.Attempts, e.Took.Round(time.Second), e))
	}
	return sentence("No answer arrived: " + e.Error())
}

// history returns sentences about the attempts of a read that ended early, and how the last completed one failed.
func history(e *transport.NetworkError) string {
	switch {
	case e == nil:
		return ""
	case e.Attempts == 0 && e.Queued:
		return " It sent no request: other reads were using all connections to Atlas."
	case e.Attempts == 0:
		return " It sent no request: the provider was still signing in."
	}
	attempts := "1 attempt"
	if e.Attempts > 1 {
		attempts = fmt.Sprintf("%d attempts", e.Attempts)
	}
	text := fmt.Sprintf(" It made %s in %s.", attempts, e.Took.Round(time.Second))
	if e.SignIn {
		text += " The provider was still signing in when it ended."
	}
	var outcome string
	switch _, isAnswer := errors.AsType[*transport.StatusError](e.Before); {
	case e.Before == nil:
		return text
	case e.Waiting && isAnswer:
		outcome = "the last answer was "
	case e.Waiting:
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
