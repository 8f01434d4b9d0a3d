// Package diagnostic turns what became of a read into the diagnostics that the user sees: what was asked, what Atlas
// answered, in its own words, and what to do about it.
package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/argument"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// IssuesURL is where users report bugs.
const IssuesURL = "https://github.com/seed-5109b9b7/terraform-provider-atlas/issues"

// lookupTimeout bounds the request for the names that exist, which follows one for a name that does not.
const lookupTimeout = 10 * time.Second

// Read is what a data source asks Atlas for.
type Read struct {
	// Client is what asks.
	Client *atlas.Client
	// Summary is a static sentence that no other data source uses, such as "Unable to list streams connections".
	Summary string
	// Asked completes the sentence "Asked for …", without a period.
	Asked string
	// Instance has the arguments that name the project and, except for a listing of instances, the instance.
	Instance argument.Instance
	// Connection is the name of the one connection, if there is one.
	Connection string
}

// Error returns the diagnostic for err, which a method of Client returned for ctx.
func (r Read) Error(ctx context.Context, err error) diag.Diagnostic {
	if e, ok := errors.AsType[*atlas.ConfigurationError](err); ok {
		return diag.NewErrorDiagnostic(e.Summary, e.Detail)
	}
	answer, advice := explain(ctx, err, r.Client.CredentialName())
	if status, ok := errors.AsType[*transport.StatusError](err); ok {
		if argument, advice, ok := r.notFound(ctx, status); ok {
			return diag.NewAttributeErrorDiagnostic(argument, r.Summary, paragraphs(r.asked(), answer, advice))
		}
	}
	return diag.NewErrorDiagnostic(r.Summary, paragraphs(r.asked(), answer, advice))
}

// Unreadable returns the diagnostic for err: a resource of Atlas, such as `connection "a" of the type "Kafka"`, whose
// fields have other JSON types than the API documents. workaround is a sentence, or empty.
func (r Read) Unreadable(resource string, err error, workaround string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(r.Summary, paragraphs(r.asked(),
		r.Client.Clean(fmt.Sprintf("Atlas lists the %s: %s.", resource, err)),
		workaround, "Report this answer at "+IssuesURL+"."))
}

// Internal returns the diagnostic for err, which only a bug of the provider can cause.
func Internal(summary string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary,
		fmt.Sprintf("%s\n\nThis is a bug in the provider. Report it at %s.", sentence(err.Error()), IssuesURL))
}

func (r Read) asked() string { return "Asked for " + r.Asked + "." }

// notFound returns which argument names what Atlas does not have, and what to do about it. It is not ok if status is about
// something else.
func (r Read) notFound(ctx context.Context, status *transport.StatusError) (at path.Path, advice string, ok bool) {
	_, instance := r.Instance.Name()
	switch status.Code {
	case "GROUP_NOT_FOUND":
		return path.Root("project_id"), "Check project_id: the project does not exist, or " + r.Client.CredentialName() +
			" does not belong to its organization.", true
	case "STREAM_TENANT_NOT_FOUND_FOR_NAME":
		return instance, r.adviseInstance(ctx, instance), true
	case "STREAM_CONNECTION_NOT_FOUND_FOR_NAME":
		return path.Root("name"), r.adviseConnection(ctx), true
	}
	return path.Empty(), "", false
}

// adviseInstance tells which instances the project has.
func (r Read) adviseInstance(ctx context.Context, instance path.Path) string {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	project := atlas.ListRequest{ProjectID: r.Instance.ProjectID.ValueString(), ItemsPerPage: atlas.MaxItemsPerPage, PageNum: 1}
	listing, err := r.Client.ListStreamInstances(ctx, project)
	switch {
	case err != nil:
		return fmt.Sprintf("Check project_id and %s.", instance)
	case len(listing.Results) == 0:
		return fmt.Sprintf("Check %s: the project has no stream processing instances.", instance)
	}
	name, _ := r.Instance.Name()
	return fmt.Sprintf("Check %s: the project has the stream processing instances %s.", instance, r.nearest(name, listing))
}

// adviseConnection tells which connections the instance has.
func (r Read) adviseConnection(ctx context.Context) string {
	const late = "If the connection was created only seconds ago, plan again."
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	name, _ := r.Instance.Name()
	listing, err := r.Client.ListStreamConnections(ctx, atlas.ListRequest{
		ProjectID: r.Instance.ProjectID.ValueString(), InstanceName: name, ItemsPerPage: atlas.MaxItemsPerPage, PageNum: 1,
	})
	switch {
	case err != nil:
		return "Check name. " + late
	case len(listing.Results) == 0:
		return "Check name: the instance has no connections. " + late
	}
	return fmt.Sprintf("Check name: the instance has the connections %s. %s", r.nearest(r.Connection, listing), late)
}

// nearest lists the names in listing, those first that look most like name.
func (r Read) nearest(name string, listing *atlas.Listing) string {
	names := make([]string, len(listing.Results))
	for i, resource := range listing.Results {
		names[i] = r.Client.Clean(resource.Name)
	}
	return Quote(byLikeness(names, name))
}

// sentence returns text, which is not empty, as a sentence.
func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimRight(text[1:], ".") + "."
}

func paragraphs(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), "\n\n")
}
