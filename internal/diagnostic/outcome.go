package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// explain returns the outcome of a request that failed with err, and advice, which may be empty. credential names the
// credentials of the request.
func explain(ctx context.Context, err error, credential string) (outcome, advice string) {
	if e, ok := errors.AsType[*transport.StatusError](err); ok {
		return answered(e), adviseStatus(e, credential)
	}
	network, isNetwork := errors.AsType[*transport.NetworkError](err)
	ended := ctx.Err()
	if isNetwork && network.Ended != nil {
		ended = network.Ended // a sign-in ends a little sooner than the read that it is for
	}
	switch {
	case errors.Is(ended, context.DeadlineExceeded):
		return "The read did not end within its time." + history(network), "To allow more time, set timeouts.read, such as " +
			"timeouts = { read = \"10m\" }."
	case ended != nil:
		return "The read was interrupted." + history(network), ""
	case isNetwork:
		return unanswered(network), adviseNetwork(network)
	}
	return explainAnswer(err)
}

// explainAnswer explains an error about an answer with the status 200 OK or about a redirect.
func explainAnswer(err error) (outcome, advice string) {
	if e, ok := errors.AsType[*transport.OriginError](err); ok {
		return fmt.Sprintf("The server at %s redirected to %s.", e.Base, e.Target), "The provider sends credentials only to base_url, so " +
			"it did not follow. Check base_url and the proxy: the sign-in page of a proxy redirects like this."
	}
	if e, ok := errors.AsType[*transport.ContentError](err); ok {
		return sentence(e.Error()), "Check base_url and the proxy: this answer does not come from the Atlas Administration API."
	}
	if e, ok := errors.AsType[*atlas.MovedError](err); ok {
		return sentence(e.Error()), "Plan again when nothing is being created, renamed, or deleted."
	}
	if e, ok := errors.AsType[*atlas.EndlessError](err); ok {
		return sentence(e.Error()), fmt.Sprintf("The provider reads at most %d results. If Atlas has fewer, check base_url: "+
			"the answers do not come from Atlas.", atlas.MaxListing)
	}
	return sentence(err.Error()), "This is a bug in the provider. Report it at " + IssuesURL + "."
}

// answered returns a sentence about who answered what, and after how many attempts.
func answered(e *transport.StatusError) string {
	text := sentence("Atlas answered " + e.Error())
	if !e.IsAtlas() {
		text = sentence("Something other than Atlas answered " + e.Error())
	}
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
	if e.Before == nil {
		return text
	}
	_, isAnswer := errors.AsType[*transport.StatusError](e.Before)
	var outcome string
	switch {
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
