package streamconnections

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/argument"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// connectionsModel is the configuration of atlas_streams_connections. The framework requires a field for each computed
// attribute, too, but respond sets their values.
type connectionsModel struct {
	argument.Instance

	Types            types.Set      `tfsdk:"types"`
	NameRegex        types.String   `tfsdk:"name_regex"`
	ItemsPerPage     types.Int64    `tfsdk:"items_per_page"`
	PageNum          types.Int64    `tfsdk:"page_num"`
	IncludeSensitive types.Bool     `tfsdk:"include_sensitive"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`

	ID           types.String `tfsdk:"id"`
	TotalCount   types.Int64  `tfsdk:"total_count"`
	Results      types.List   `tfsdk:"results"`
	HTTPSHeaders types.Map    `tfsdk:"https_headers"`
	SettingsJSON types.Map    `tfsdk:"settings_json"`
}

func (m *connectionsModel) listRequest() atlas.ListRequest {
	name, _ := m.Name()
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

// filter selects connections.
type filter struct {
	types []string // nil selects all types
	name  *regexp.Regexp
}

func (m *connectionsModel) filter(ctx context.Context) (filter, diag.Diagnostics) {
	var f filter
	diags := m.Types.ElementsAs(ctx, &f.types, false)
	name, nameDiags := argument.CompileNameRegex(m.NameRegex)
	f.name = name
	return f, append(diags, nameDiags...)
}

// apply returns the connections that f selects, sorted by name.
func (f filter) apply(connections []*atlas.Resource) []*atlas.Resource {
	kept := make([]*atlas.Resource, 0, len(connections))
	for _, c := range connections {
		if (f.types == nil || slices.Contains(f.types, c.Type)) && f.name.MatchString(c.Name) {
			kept = append(kept, c)
		}
	}
	slices.SortFunc(kept, func(a, b *atlas.Resource) int { return cmp.Compare(a.Name, b.Name) })
	return kept
}
