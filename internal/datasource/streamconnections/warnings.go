package streamconnections

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/argument"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

// unreadable returns the diagnostic for err, which decode returned; see diagnostic.Read.Unreadable.
func unreadable(question diagnostic.Read, err error, workaround string) diag.Diagnostic {
	settings, ok := errors.AsType[*settingsError](err)
	if !ok {
		return diagnostic.Internal(question.Summary, err)
	}
	c := settings.connection
	return question.Unreadable(fmt.Sprintf("connection %q of the type %q", c.Name, c.Type), settings.err, workaround)
}

// warnUnknownTypes warns of connections whose type this version does not know.
func warnUnknownTypes(client *atlas.Client, version string, connections []*atlas.Resource, includeSensitive types.Bool) diag.Diagnostics {
	var unknown []string
	for _, c := range connections {
		if !isKnown(c) {
			unknown = append(unknown, client.Clean(c.Type))
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	where := "Their settings are in settings_json."
	if !argument.Includes(includeSensitive) {
		where = "Their settings are left out, because include_sensitive is false."
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Unknown streams connection type", fmt.Sprintf(
		"Version %s of the provider has no object for connections of the type %s. %s A newer version of the provider may have one.",
		version, diagnostic.Quote(slices.Compact(unknown)), where))}
}

// warnShort warns if Atlas lists fewer connections than it counts.
func warnShort(config connectionsModel, listing *atlas.Listing) diag.Diagnostics {
	if !config.PageNum.IsNull() || !listing.IsShort() {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Fewer streams connections than reported", fmt.Sprintf(
		"Atlas estimates %d connections, and listed the same %d twice. The result contains every connection that Atlas lists.",
		*listing.TotalCount, len(listing.Results)))}
}

// warnUnmatchedTypes warns of types in the filter that are probably misspelled: this version does not know them, and no
// connection has one of them.
func warnUnmatchedTypes(keep []string, connections []*atlas.Resource) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, typ := range slices.Sorted(slices.Values(keep)) {
		if slices.Contains(knownTypes, typ) || slices.ContainsFunc(connections, func(c *atlas.Resource) bool { return c.Type == typ }) {
			continue
		}
		advice := "Types are case-sensitive. This version of the provider knows " + diagnostic.Quote(knownTypes) + "."
		if nearest := diagnostic.Nearest(knownTypes, typ); nearest != "" {
			advice = fmt.Sprintf("Did you mean %q?", nearest)
		}
		diags.AddAttributeWarning(path.Root("types"), "Streams connection type without connections",
			fmt.Sprintf("No connection in the listing has the type %q, which this version of the provider does not know. %s", typ, advice))
	}
	return diags
}
