// Package diagnostic turns the error of a read into a diagnostic, which tells what the provider asked for, what Atlas
// answered, in its own words, and what the user can do about it.
package diagnostic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// issuesURL is the URL for bug reports.
const issuesURL = "https://github.com/seed-5109b9b7/terraform-provider-atlas/issues"

// lookupTimeout limits the request for the names that exist.
const lookupTimeout = 10 * time.Second

// Request describes what a data source requests from Atlas.
type Request struct {
	// Client is the client that sends the request. It also looks up names for the advice.
	Client *atlas.Client
	// Summary is the summary of the diagnostic, such as "Unable to list streams connections". It is unique and never varies.
	Summary string
	// Asked completes the sentence "Asked for …", without a period.
	Asked string
	// Target identifies the project and, unless the request lists instances, the instance.
	Target Target
	// Roles lists the roles that allow the request, for the advice if the role is missing. If it is empty, the request needs one of
	// the roles that allow most reads.
	Roles string
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
		return diag.NewAttributeErrorDiagnostic(path.Root("name"), r.Summary,
			r.detail("Atlas returned the connection "+Name(e.Name)+" instead.", "Check name: names are case-sensitive."))
	}
	outcome, advice := diagnose(ctx, err, r.Client.CredentialName())
	if e, ok := errors.AsType[*transport.StatusError](err); ok {
		if r.Roles != "" {
			advice = strings.Replace(advice, roles, r.Roles, 1)
		}
		if at, advice := r.notFound(ctx, e.Code); advice != "" {
			return diag.NewAttributeErrorDiagnostic(at, r.Summary, r.detail(outcome, advice))
		}
	}
	return diag.NewErrorDiagnostic(r.Summary, r.detail(outcome, advice))
}

// Unreadable returns the diagnostic for a resource whose fields do not have the documented JSON types. kind is what the resource is,
// such as "connection", and err is why it cannot be decoded.
func (r Request) Unreadable(kind string, resource *atlas.Resource, err error) diag.Diagnostic {
	verb, workaround := "lists", "To read the others until then, select them by name, such as name_regex = \"^(orders|payments)$\"."
	if resource.Name == "" {
		workaround = ""
	}
	if r.Connection != "" {
		verb, workaround = "returned", ""
	}
	text := "Atlas " + verb + " the " + kind + " " + Name(r.Client.Clean(cmp.Or(resource.Name, resource.ID)))
	if resource.Type != "" && kind == "connection" {
		text += " of the type " + Name(r.Client.Clean(resource.Type))
	}
	return diag.NewErrorDiagnostic(r.Summary,
		r.detail(text+": "+r.Client.Clean(err.Error())+".", workaround, "Report this answer at "+issuesURL+"."))
}

// Short returns a warning if Atlas reports more results than listing contains. noun is what it lists, such as "connections".
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
	return diag.NewErrorDiagnostic(summary, sentence(err.Error())+"\n\nThis is a bug in the provider. Report it at "+issuesURL+".")
}

// detail returns what was asked for and the texts that are not empty, as paragraphs.
func (r Request) detail(texts ...string) string {
	texts = slices.DeleteFunc(texts, func(text string) bool { return text == "" })
	return "Asked for " + r.Asked + ".\n\n" + strings.Join(texts, "\n\n")
}

// notFound returns the argument whose value Atlas did not find, and advice. The advice is empty if code is of another error.
func (r Request) notFound(ctx context.Context, code string) (at path.Path, advice string) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	instance, argument := r.Target.Instance()
	request := atlas.ListRequest{ProjectID: r.Target.ProjectID.ValueString()}
	switch code {
	case "GROUP_NOT_FOUND":
		return path.Root("project_id"), "Check project_id: the project does not exist, or " + r.Client.CredentialName() +
			" does not belong to its organization."
	case "STREAM_TENANT_NOT_FOUND_FOR_NAME":
		if instance == "" {
			break
		}
		advice = fmt.Sprintf("Check project_id and %s.", argument)
		if listing, err := r.Client.ListStreamInstances(ctx, request); err == nil {
			advice = fmt.Sprintf("Check %s: the project has %s.", argument, r.existing("stream processing instances", listing, instance))
		}
		return argument, advice
	case "STREAM_CONNECTION_NOT_FOUND_FOR_NAME":
		if r.Connection == "" {
			break
		}
		advice = "Check name."
		request.InstanceName = instance
		if listing, err := r.Client.ListStreamConnections(ctx, request); err == nil {
			advice = "Check name: the instance has " + r.existing("connections", listing, r.Connection) + "."
		}
		return path.Root("name"), advice + " If the connection was created only seconds ago, plan again."
	}
	return path.Empty(), ""
}

// existing lists the names in listing, the ones that are most similar to name first. noun is what it lists, such as "connections".
func (r Request) existing(noun string, listing *atlas.Listing, name string) string {
	if len(listing.Results) == 0 {
		return "no " + noun
	}
	names := make([]string, len(listing.Results))
	for i, resource := range listing.Results {
		names[i] = r.Client.Clean(resource.Name)
	}
	return "the " + noun + " " + Quote(byLikeness(names, name))
}
