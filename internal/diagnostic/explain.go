package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// lookupTimeout bounds the request that finds which names exist, after one that does not.
const lookupTimeout = 10 * time.Second

// Roles are the project roles that allow every read of this provider, as the API documents them.
const Roles = "Project Data Access Read Only, Project Stream Processing Owner, or Project Owner"

// explain returns what became of the request, which was signed with credential, and what to do about it, if anything.
func explain(ctx context.Context, err error, credential string) (answer, advice string) {
	if e, ok := errors.AsType[*transport.StatusError](err); ok {
		return sentence("Atlas answered " + e.Error()), adviseStatus(e, credential)
	}
	ended := ctx.Err()
	if e, ok := errors.AsType[*transport.NetworkError](err); ok && e.Ended != nil {
		ended = e.Ended // a sign-in ends a little sooner than the read that it is for
	}
	switch {
	case errors.Is(ended, context.DeadlineExceeded):
		return "The read did not end within its time." + before(err), "Give it more by timeouts.read, such as timeouts = { read = \"10m\" }."
	case ended != nil:
		return "The read was interrupted." + before(err), ""
	}
	if _, ok := errors.AsType[*transport.OriginError](err); ok {
		return sentence(err.Error()), "Credentials go to the origin of base_url alone. Check base_url: what answers there " +
			"redirects elsewhere, as a proxy's login page does."
	}
	if _, ok := errors.AsType[*transport.ContentError](err); ok {
		return sentence(err.Error()), "Check base_url and the proxy: something answered that is not the Atlas " +
			"Administration API, or not a version that this provider knows."
	}
	if _, ok := errors.AsType[*atlas.MovedError](err); ok {
		return sentence(err.Error()), "Read again when no connections are being created, renamed or deleted."
	}
	if _, ok := errors.AsType[*atlas.EndlessError](err); ok {
		return sentence(err.Error()), fmt.Sprintf("The provider reads %d connections at most. "+
			"If the instance has no such number of them, check base_url: what answers there is not Atlas.", atlas.MaxListing)
	}
	return sentence("no answer arrived: " + err.Error()), "Check the network, the proxy (HTTPS_PROXY, NO_PROXY) and base_url."
}

// before says what the last attempt that came to something came to, where a read ended in a later one.
func before(err error) string {
	e, ok := errors.AsType[*transport.NetworkError](err)
	if !ok || e.Before == nil {
		return ""
	}
	if status, ok := errors.AsType[*transport.StatusError](e.Before); ok {
		return " Before that, Atlas answered " + status.Error() + "."
	}
	return " Before that, no answer arrived: " + strings.TrimRight(e.Before.Error(), ".") + "."
}

func adviseStatus(e *transport.StatusError, credential string) string {
	switch {
	case e.SignIn && (e.Status == http.StatusBadRequest || e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden):
		return "Atlas refused " + credential + ". Check client_id and client_secret (MONGODB_ATLAS_CLIENT_ID and " +
			"MONGODB_ATLAS_CLIENT_SECRET), and whether the secret has expired."
	case e.SignIn && e.Status == http.StatusNotFound, e.Status >= 300 && e.Status < 400:
		return "Check base_url and the proxy: something answered that is not the Atlas Administration API."
	case e.Status == http.StatusUnauthorized:
		return "Atlas refused " + credential + ". Check the credentials and their expiry, whether they have a role in this project " +
			"(see the documentation of the data source), and whether their IP access list has the address of this machine."
	case e.Status == http.StatusForbidden:
		return "The service account or API key needs one of the roles " + Roles + " in this project, and the address of this machine on its " +
			"IP access list."
	case e.RetryAfter > 0:
		return fmt.Sprintf("Atlas asks to wait %s before the next request. Plan again after that, or give the read more time by timeouts.read.",
			e.RetryAfter.Round(time.Second))
	case e.Status == http.StatusTooManyRequests:
		return "The rate limit of the Atlas Administration API is reached. Plan again in a minute, or raise max_retries of the provider."
	case e.Status >= http.StatusInternalServerError, e.Status == http.StatusRequestTimeout:
		return "Atlas could not answer. Plan again later; https://status.mongodb.com says how Atlas is."
	}
	return ""
}
