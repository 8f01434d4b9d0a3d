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

// Request describes what a data source requests from Atlas.
type Request struct {
	// Client is the client that sends the request. It also looks up names for the advice.
	Client *atlas.Client
	// Summary is the summary of the diagnostic, such as "Unable to list streams connections". It never varies, and no other
	// data source uses it.
	Summary string
	// Asked completes the sentence "Asked for …", without a period.
	Asked string
	// Target identifies the project and, unless the request lists instances, the instance.
	Target argument.Target
	// Connection is the name of the connection if the request is for a single one.
	Connection string
}

// Failed returns the diagnostic for err, which a method of Client returned for ctx.
func (r Request) Failed(ctx context.Context, err error) diag.Diagnostic {
	if r.Client == nil {
		return Internal("Unconfigured provider", err)
	}
	if e, ok := errors.AsType[*atlas.ConfigurationError](err); ok {
		return diag.NewErrorDiagnostic(e.Summary, e.Detail)
	}
	if e, ok := errors.AsType[*atlas.OtherConnectionError](err); ok {
		return diag.NewAttributeErrorDiagnostic(path.Root("name"), r.Summary, paragraphs(r.asked(),
			"Atlas returned the connection "+Name(e.Name)+" instead.", "Check name: names are case-sensitive."))
	}
	outcome, advice := explain(ctx, err, r.Client.CredentialName())
	if status, ok := errors.AsType[*transport.StatusError](err); ok {
		if argument, advice, ok := r.notFound(ctx, status); ok {
			return diag.NewAttributeErrorDiagnostic(argument, r.Summary, paragraphs(r.asked(), outcome, advice))
		}
	}
	return diag.NewErrorDiagnostic(r.Summary, paragraphs(r.asked(), outcome, advice))
}

// Unreadable returns the diagnostic for a resource whose fields do not have the documented JSON types. kind is "connection" or
// "instance", and err is why the resource cannot be decoded.
func (r Request) Unreadable(kind string, resource *atlas.Resource, err error) diag.Diagnostic {
	verb, workaround := "lists", "To read the others until then, select them by name, such as name_regex = \"^(orders|payments)$\"."
	if r.Connection != "" {
		verb, workaround = "returned", ""
	}
	text := "Atlas " + verb + " the " + kind + " " + Name(r.Client.Clean(resource.Name))
	if resource.Type != "" && kind == "connection" {
		text += " of the type " + Name(r.Client.Clean(resource.Type))
	}
	return diag.NewErrorDiagnostic(r.Summary, paragraphs(r.asked(), text+": "+r.Client.Clean(err.Error())+".", workaround,
		"Report this answer at "+IssuesURL+"."))
}

// Short returns a warning with the summary if Atlas reports more results than listing contains. noun is what it lists, such
// as "connections".
func Short(summary, noun string, listing *atlas.Listing) diag.Diagnostics {
	if !listing.IsShort() {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(summary, fmt.Sprintf(
		"Atlas estimates %d %s, and listed the same %d twice. The result contains all %s that Atlas lists.",
		*listing.TotalCount, noun, len(listing.Results), noun))}
}

// Internal returns the diagnostic for err, which only a bug in the provider can cause.
func Internal(summary string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary,
		fmt.Sprintf("%s\n\nThis is a bug in the provider. Report it at %s.", sentence(err.Error()), IssuesURL))
}

func (r Request) asked() string { return "Asked for " + r.Asked + "." }

// notFound returns the argument whose value Atlas did not find, and advice. It is not ok if status is any other error.
func (r Request) notFound(ctx context.Context, status *transport.StatusError) (at path.Path, advice string, ok bool) {
	instance, argument := r.Target.Instance()
	switch status.Code {
	case "GROUP_NOT_FOUND":
		return path.Root("project_id"), "Check project_id: the project does not exist, or " + r.Client.CredentialName() +
			" does not belong to its organization.", true
	case "STREAM_TENANT_NOT_FOUND_FOR_NAME":
		if instance != "" {
			return argument, r.adviseInstance(ctx, argument), true
		}
	case "STREAM_CONNECTION_NOT_FOUND_FOR_NAME":
		if r.Connection != "" {
			return path.Root("name"), r.adviseConnection(ctx), true
		}
	}
	return path.Empty(), "", false
}

// adviseInstance returns advice that lists the instances of the project.
func (r Request) adviseInstance(ctx context.Context, instance path.Path) string {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	listing, err := r.Client.ListStreamInstances(ctx, atlas.ListRequest{
		ProjectID: r.Target.ProjectID.ValueString(), ItemsPerPage: atlas.MaxItemsPerPage,
	})
	switch {
	case err != nil:
		return fmt.Sprintf("Check project_id and %s.", instance)
	case len(listing.Results) == 0:
		return fmt.Sprintf("Check %s: the project has no stream processing instances.", instance)
	}
	name, _ := r.Target.Instance()
	return fmt.Sprintf("Check %s: the project has the stream processing instances %s.", instance, r.nearest(name, listing))
}

// adviseConnection returns advice that lists the connections of the instance.
func (r Request) adviseConnection(ctx context.Context) string {
	const late = "If the connection was created only seconds ago, plan again."
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	name, _ := r.Target.Instance()
	listing, err := r.Client.ListStreamConnections(ctx, atlas.ListRequest{
		ProjectID: r.Target.ProjectID.ValueString(), InstanceName: name, ItemsPerPage: atlas.MaxItemsPerPage,
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
func (r Request) nearest(name string, listing *atlas.Listing) string {
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
