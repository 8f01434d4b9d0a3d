package streamconnections

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// lookupTimeout bounds the second question that a 404 is explained by.
const lookupTimeout = 10 * time.Second

// maxNames is how long a list of names from Atlas is, in bytes.
const maxNames = 1 << 10

// diagnostic turns any failure of a read into what the user gets to read: what was asked, what came of it, and what to do.
func (d *dataSource) diagnostic(ctx context.Context, err error, config dataSourceModel) diag.Diagnostic {
	if e, ok := errors.AsType[*atlas.ConfigurationError](err); ok {
		return diag.NewErrorDiagnostic(e.Summary, e.Detail)
	}
	name, argument := config.Name()
	asked := fmt.Sprintf("Asked for the connections of the stream processing instance %q in the project %s.",
		name, config.ProjectID.ValueString())
	said, cure := explain(ctx, err, d.client.CredentialName())
	status, ok := errors.AsType[*transport.StatusError](err)
	if !ok || status.Status != http.StatusNotFound || status.SignIn {
		return diag.NewErrorDiagnostic("Unable to list streams connections", paragraphs(asked, said, cure))
	}

	at, cure := d.notFound(ctx, config.ProjectID.ValueString(), argument)
	return diag.NewAttributeErrorDiagnostic(at, "Unable to list streams connections", paragraphs(asked, said, cure))
}

// notFound says what Atlas does not know, the project or the instance, and which argument named it.
func (d *dataSource) notFound(ctx context.Context, projectID string, instance path.Path) (at path.Path, cure string) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	names, err := d.client.StreamInstanceNames(ctx, projectID)
	if status, ok := errors.AsType[*transport.StatusError](err); ok && status.Status == http.StatusNotFound {
		return path.Root("project_id"), "Check project_id: Atlas does not know the project, or these credentials do not belong to it."
	}
	switch {
	case err != nil:
		return instance, fmt.Sprintf("Check project_id and %s.", instance)
	case len(names) == 0:
		return instance, fmt.Sprintf("Check %s: the project has no stream processing instance.", instance)
	}
	return instance, fmt.Sprintf("Check %s: the project has the stream processing instances %s.", instance, quoted(names))
}

// quoted returns names, sorted and quoted, as far as they fit into maxNames, and says how many more there are.
func quoted(names []string) string {
	slices.Sort(names)
	shown := names[:min(len(names), 20)]
	for len(shown) > 1 && len(fmt.Sprintf("%q", shown)) > maxNames {
		shown = shown[:len(shown)-1]
	}
	list := transport.CleanText(fmt.Sprintf("%q", shown)) // one name alone may be too long
	if more := len(names) - len(shown); more > 0 {
		return fmt.Sprintf("%s and %d more", list, more)
	}
	return list
}

// explain says what became of the request, which was signed with credential, and what to do about it where there is
// anything to say.
func explain(ctx context.Context, err error, credential string) (said, cure string) {
	if e, ok := errors.AsType[*transport.StatusError](err); ok {
		return sentence("Atlas answered " + e.Error()), cureForStatus(e, credential)
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "The read did not end within its time." + before(err), "Give it more by timeouts.read, such as timeouts = { read = \"10m\" }."
	case ctx.Err() != nil:
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

func cureForStatus(e *transport.StatusError, credential string) string {
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
		return "The service account or API key needs one of the roles Project Data Access (any), Project Stream Processing Owner and Project " +
			"Owner in this project, and the address of this machine on its IP access list."
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

// unreadable turns an answer that the tables of the types do not fit into a diagnostic.
func unreadable(err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Unable to list streams connections", paragraphs(transport.CleanText(err.Error()),
		"Exclude the connection with types or name_regex to read the others, and report this answer at "+issuesURL+"."))
}

// issuesURL is where users report bugs.
const issuesURL = "https://github.com/seed-5109b9b7/terraform-provider-atlas/issues"

// warnings are what a whole listing still leaves to say.
func (d *dataSource) warnings(config dataSourceModel, listing *atlas.Listing, connections []*atlas.Connection) diag.Diagnostics {
	var diags diag.Diagnostics
	var unknown []string
	for _, c := range connections {
		if !isKnown(c) {
			unknown = append(unknown, transport.CleanText(c.Type))
		}
	}
	slices.Sort(unknown)
	unknown = slices.Compact(unknown)
	if len(unknown) > 0 {
		diags.AddWarning("Unknown streams connection type", fmt.Sprintf(
			"Version %s of the provider has no object for connections of the type %s. %s A newer version may have an object for them.",
			d.version, quoted(unknown), whereSettingsAre(config)))
	}
	if config.PageNum.IsNull() && listing.IsShort() {
		diags.AddWarning("Fewer streams connections than reported", fmt.Sprintf(
			"Atlas estimates %d connections and lists %d, twice the same. The listing is complete as far as Atlas lists connections.",
			*listing.TotalCount, len(listing.Connections)))
	}
	return diags
}

// whereSettingsAre tells where to find the settings of connections of an unknown type.
func whereSettingsAre(config dataSourceModel) string {
	if !config.includesSensitive() {
		return "Their settings are left out, because include_sensitive is false."
	}
	return "Their settings are in settings_json."
}

// sentence returns text, which is not empty, as a sentence.
func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimRight(text[1:], ".") + "."
}

func paragraphs(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), "\n\n")
}
