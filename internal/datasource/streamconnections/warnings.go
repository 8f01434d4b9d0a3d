package streamconnections

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

// warnUnknownTypes warns of connections whose type this version does not know.
func warnUnknownTypes(provider read.Data, connections []*atlas.Resource, includeSensitive bool) diag.Diagnostics {
	var unknown []string
	for _, c := range connections {
		if !isKnown(c) {
			unknown = append(unknown, cmp.Or(provider.Client.Clean(c.Type), "(none)"))
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	where := "Their settings are in settings_json."
	if !includeSensitive {
		where = "To read their settings as JSON, set include_sensitive = true and use settings_json."
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Unknown streams connection type", fmt.Sprintf(
		"Version %s of the provider has no object for connections of the type %s. %s A newer version of the provider may have one.",
		provider.Version, diagnostic.Quote(slices.Compact(unknown)), where))}
}

// warnUnmatchedTypes warns of types that this version does not know and no connection has: they are probably misspelled. types is
// sorted.
func warnUnmatchedTypes(types []string, connections []*atlas.Resource) diag.Diagnostics {
	var lines []string
	for _, typ := range types {
		if slices.Contains(knownTypes, typ) || slices.ContainsFunc(connections, func(c *atlas.Resource) bool { return c.Type == typ }) {
			continue
		}
		line := "  - " + diagnostic.Name(typ)
		if nearest := diagnostic.Nearest(knownTypes, typ); nearest != "" {
			line += fmt.Sprintf(" (did you mean %q?)", nearest)
		}
		lines = append(lines, line)
	}
	if lines == nil {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("types"), "Streams connection type without connections", fmt.Sprintf(
		"No connection in the listing has one of these types, which this version of the provider does not know:\n\n%s\n\n"+
			"Types are case-sensitive. The known types are %s.", strings.Join(lines, "\n"), diagnostic.Quote(knownTypes)))}
}
