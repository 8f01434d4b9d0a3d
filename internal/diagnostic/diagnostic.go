// Package diagnostic turns the error of a read into a diagnostic, which tells what the provider asked for, what Atlas
// answered, in its own words, and what the user can do about it.
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

// IssuesURL is the URL for bug reports.
const IssuesURL = "https://github.com/seed-5109b9b7/terraform-provider-atlas/issues"

// lookupTimeout limits the request that lists the existing names after a name was not found.
const lookupTimeout = 10 * time.Second

// Read describes what a data source asked Atlas for.
type Read struct {
	// Client is the client that sent the request. It also looks up names for the advice.
	Client *atlas.Client
	// Summary is the summary of the diagnostic, such as "Unable to list streams connections". It never varies, and no other
	// data source uses it.
	Summary string
	// Asked completes the sentence "Asked for …", without a period.
	Asked string
	// Instance contains the arguments that identify the project and, unless the read lists instances, the instance.
	Instance argument.Instance
	// Connection is the name of the connection if the read asked for a single one.
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

// Unreadable returns the diagnostic for a resource whose fields do not have the documented JSON types. resource names it, such
// as `connection "a" of the type "Kafka"`, and err is why it cannot be decoded. workaround is a sentence, or empty.
func (r Read) Unreadable(resource string, err error, workaround string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(r.Summary, paragraphs(r.asked(),
		r.Client.Clean(fmt.Sprintf("Atlas lists the %s: %s.", resource, err)),
		workaround, "Report this answer at "+IssuesURL+"."))
}

// Internal returns the diagnostic for err, which only a bug in the provider can cause.
func Internal(summary string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary,
		fmt.Sprintf("%s\n\nThis is a bug in the provider. Report it at %s.", sentence(err.Error()), IssuesURL))
}

func (r Read) asked() string { return "Asked for " + r.Asked + "." }

// notFound returns the argument whose value Atlas did not find, and advice. It is not ok if status is any other error.
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

// adviseInstance returns advice that lists the instances of the project.
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

// adviseConnection returns advice that lists the connections of the instance.
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

// nearest lists the names in listing, the ones that are most similar to name first.
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
