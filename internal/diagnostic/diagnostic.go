// Package diagnostic turns the error of a read into a diagnostic, which tells what the provider asked for, what Atlas
// answered, in its own words, and what the user can do about it. It makes no requests: the error carries everything.
package diagnostic

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// issuesURL is the URL for bug reports.
const issuesURL = "https://github.com/seed-5109b9b7/terraform-provider-atlas/issues"

// readRoles are the roles in a project that allow most reads.
const readRoles = "Project Data Access Read Only, Project Stream Processing Owner, or Project Owner"

// Request describes what a data source requests from Atlas.
type Request struct {
	// Client is the client that sends the request.
	Client *atlas.Client
	// Summary is the summary of the diagnostic, such as "Unable to list streams connections". It is unique and never varies.
	Summary string
	// Asked completes the sentence "Asked for …", without a period.
	Asked string
	// Roles are the roles that allow the request, for the advice if the role is missing. If it is empty, they are those that allow
	// most reads.
	Roles string
	// Instance is the argument that names the instance. It is empty if the request is for a project.
	Instance path.Path
	// Connection is the name of the connection if the request is for a single one.
	Connection string
}

// Failed returns the diagnostic for err, which a method of Client returned.
func (r Request) Failed(err error) diag.Diagnostic {
	e, ok := errors.AsType[*atlas.Error](err)
	if !ok {
		return Internal(r.Summary, err)
	}
	outcome, advice := r.diagnose(e)
	if at, lookup := r.notFound(e); lookup != "" {
		return diag.NewAttributeErrorDiagnostic(at, r.Summary, r.detail(outcome, lookup))
	}
	if e.Kind == atlas.OtherName {
		return diag.NewAttributeErrorDiagnostic(path.Root("name"), r.Summary, r.detail(outcome, advice))
	}
	return diag.NewErrorDiagnostic(r.Summary, r.detail(outcome, advice))
}

// Unreadable returns the diagnostic for a resource whose fields do not have the documented JSON types. kind is what it is, such as
// "connection", and err is why the resource cannot be decoded.
func (r Request) Unreadable(kind string, resource *atlas.Resource, err error) diag.Diagnostic {
	verb, workaround := "lists", "To read the others until then, select them by name, such as name_regex = \"^(orders|payments)$\"."
	if r.Connection != "" {
		verb, workaround = "returned", ""
	}
	name := resource.Name
	if name == "" {
		name, workaround = resource.ID, ""
	}
	text := "Atlas " + verb + " the " + kind + " " + Name(r.Client.Clean(name))
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
		"Atlas estimates %d %s, but listed the same %d twice in a row. If some are missing, plan again.",
		*listing.TotalCount, noun, len(listing.Results)))}
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

// notFound returns the argument whose value Atlas did not find, and advice. The advice is empty if e is another error.
func (r Request) notFound(e *atlas.Error) (at path.Path, advice string) {
	credential := r.Client.Credential().String()
	switch {
	case e.Code == "GROUP_NOT_FOUND":
		return path.Root("project_id"), "Check project_id: the project does not exist, or " + credential +
			" does not belong to its organization."
	case e.Code == "STREAM_TENANT_NOT_FOUND_FOR_NAME" && !r.Instance.Equal(path.Empty()):
		return r.Instance, r.existing(e, "project", "stream processing instance", fmt.Sprintf("check project_id and %s.", r.Instance),
			fmt.Sprintf("Check %s: ", r.Instance))
	case e.Code == "STREAM_CONNECTION_NOT_FOUND_FOR_NAME" && r.Connection != "":
		advice = r.existing(e, "instance", "connection", "check name.", "Check name: ")
		if e.Listed == nil && !e.MayExist {
			advice += " If the connection was created only seconds ago, plan again."
		}
		return path.Root("name"), advice
	}
	return path.Empty(), ""
}

// existing returns advice on a name that Atlas did not find: what owner has of its kind. It ends with blind if that is not known,
// and begins with check if the name does not exist.
func (r Request) existing(e *atlas.Error, owner, kind, blind, check string) string {
	switch {
	case e.Listed != nil:
		return fmt.Sprintf("Atlas lists the %s %s%s, but does not find it by that name: either it is being deleted, or it was created "+
			"seconds ago. Plan again.", kind, Name(r.Client.Clean(e.Listed.Name)), r.inState(e.Listed))
	case e.MayExist:
		return "Plan again. If the error persists, " + blind
	case e.Existing == nil:
		return strings.ToUpper(blind[:1]) + blind[1:]
	case len(e.Existing) == 0:
		return check + "the " + owner + " has no " + kind + "s."
	}
	names := make([]string, len(e.Existing))
	for i, name := range e.Existing {
		names[i] = r.Client.Clean(name)
	}
	return check + "the " + owner + " has the " + kind + "s " + Quote(byLikeness(names, e.Wanted)) + "."
}

// inState returns words about the state of a resource, if Atlas returns one.
func (r Request) inState(resource *atlas.Resource) string {
	if state := resource.State(); state != "" {
		return " in the state " + Name(r.Client.Clean(state))
	}
	return ""
}
