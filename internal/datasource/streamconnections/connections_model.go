package streamconnections

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/argument"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// connectionsModel contains the arguments of atlas_streams_connections.
type connectionsModel struct {
	argument.Target

	Types                 []string // nil selects all types
	NameRegex             types.String
	ItemsPerPage, PageNum types.Int64
	IncludeSensitive      types.Bool
	Timeouts              timeouts.Value

	name *regexp.Regexp // NameRegex, compiled
}

func (m *connectionsModel) read(ctx context.Context, config tfsdk.Config) diag.Diagnostics {
	diags := argument.Read(ctx, config, m.Target.Values(), map[string]any{
		"types":             &m.Types,
		"name_regex":        &m.NameRegex,
		"items_per_page":    &m.ItemsPerPage,
		"page_num":          &m.PageNum,
		"include_sensitive": &m.IncludeSensitive,
		"timeouts":          &m.Timeouts,
	})
	var nameDiags diag.Diagnostics
	m.name, nameDiags = argument.CompileNameRegex(m.NameRegex)
	return append(diags, nameDiags...)
}

func (m *connectionsModel) listRequest() atlas.ListRequest {
	name, _ := m.Instance()
	r := atlas.ListRequest{
		ProjectID:    m.ProjectID.ValueString(),
		InstanceName: name,
		ItemsPerPage: atlas.MaxItemsPerPage,
		PageNum:      int(m.PageNum.ValueInt64()),
	}
	if !m.ItemsPerPage.IsNull() {
		r.ItemsPerPage = int(m.ItemsPerPage.ValueInt64())
	}
	return r
}

// filter returns the connections that the arguments select, sorted by name.
func (m *connectionsModel) filter(connections []*atlas.Resource) []*atlas.Resource {
	kept := make([]*atlas.Resource, 0, len(connections))
	for _, c := range connections {
		if (m.Types == nil || slices.Contains(m.Types, c.Type)) && m.name.MatchString(c.Name) {
			kept = append(kept, c)
		}
	}
	slices.SortFunc(kept, func(a, b *atlas.Resource) int { return cmp.Compare(a.Name, b.Name) })
	return kept
}
