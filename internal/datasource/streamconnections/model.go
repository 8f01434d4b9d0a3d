package streamconnections

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// dataSourceModel is the configuration. Of the computed attributes it has nothing but the names, which the framework
// asks for: their values are built by newState.
type dataSourceModel struct {
	ProjectID     types.String   `tfsdk:"project_id"`
	InstanceName  types.String   `tfsdk:"instance_name"`
	WorkspaceName types.String   `tfsdk:"workspace_name"`
	Types         types.Set      `tfsdk:"types"`
	NameRegex     types.String   `tfsdk:"name_regex"`
	ItemsPerPage  types.Int64    `tfsdk:"items_per_page"`
	PageNum       types.Int64    `tfsdk:"page_num"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`

	IncludeSensitive types.Bool `tfsdk:"include_sensitive"`

	ID           types.String `tfsdk:"id"`
	TotalCount   types.Int64  `tfsdk:"total_count"`
	Results      types.List   `tfsdk:"results"`
	HTTPSHeaders types.Map    `tfsdk:"https_headers"`
	SettingsJSON types.Map    `tfsdk:"settings_json"`
}

// instance returns the name of the instance, and the argument that gave it.
func (m *dataSourceModel) instance() (name string, argument path.Path) {
	if !m.WorkspaceName.IsNull() {
		return m.WorkspaceName.ValueString(), path.Root("workspace_name")
	}
	return m.InstanceName.ValueString(), path.Root("instance_name")
}

func (m *dataSourceModel) id() string {
	name, _ := m.instance()
	return m.ProjectID.ValueString() + "/" + name
}

// includesSensitive reports whether https_headers and settings_json are set.
func (m *dataSourceModel) includesSensitive() bool {
	return m.IncludeSensitive.IsNull() || m.IncludeSensitive.ValueBool()
}

func (m *dataSourceModel) listRequest() atlas.ListRequest {
	name, _ := m.instance()
	r := atlas.ListRequest{
		ProjectID:    m.ProjectID.ValueString(),
		InstanceName: name,
		ItemsPerPage: atlas.MaxItemsPerPage,
		PageNum:      int(m.PageNum.ValueInt64()),
		KnownTypes:   knownTypes,
	}
	if !m.ItemsPerPage.IsNull() {
		r.ItemsPerPage = int(m.ItemsPerPage.ValueInt64())
	}
	return r
}

// filter is which connections are kept.
type filter struct {
	types []string       // none: all
	name  *regexp.Regexp // nil: all
}

func (m *dataSourceModel) filter(ctx context.Context) (filter, diag.Diagnostics) {
	var f filter
	diags := m.Types.ElementsAs(ctx, &f.types, false)
	if m.NameRegex.IsNull() {
		return f, diags
	}
	name, err := regexp.Compile(m.NameRegex.ValueString())
	if err != nil {
		diags.Append(invalidRegexp(path.Root("name_regex"), err))
	}
	f.name = name
	return f, diags
}

// apply returns the connections to keep, sorted by name.
func (f filter) apply(connections []*atlas.Connection) []*atlas.Connection {
	kept := make([]*atlas.Connection, 0, len(connections))
	for _, c := range connections {
		if (f.types == nil || slices.Contains(f.types, c.GetType())) && (f.name == nil || f.name.MatchString(c.GetName())) {
			kept = append(kept, c)
		}
	}
	slices.SortFunc(kept, func(a, b *atlas.Connection) int { return strings.Compare(a.GetName(), b.GetName()) })
	return kept
}
