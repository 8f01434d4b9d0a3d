package provider_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// The table in the README names the attribute of each connection type, and the table in the template also its settings.
func TestTablesOfConnectionTypesMatchTheSchema(t *testing.T) {
	t.Parallel()
	types := connectionTypes(t)
	for page, row := range map[string]func(connectionType) string{
		"../../README.md": func(c connectionType) string {
			return fmt.Sprintf("| `%s` | %s |", c.name, c.attribute("`%s`"))
		},
		"../../templates/data-sources/streams_connections.md.tmpl": func(c connectionType) string {
			return fmt.Sprintf("| `%s` | %s | %s |", c.name, c.attribute("[`%[1]s`](#nestedatt--results--%[1]s)"), c.settings())
		},
	} {
		want := []string{}
		for _, c := range types {
			want = append(want, row(c))
		}
		if diff := cmp.Diff(want, tableOfTypes(t, page)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", page, diff)
		}
	}
}

// tableOfTypes returns the rows of the table on page whose first column is `type`.
func tableOfTypes(t *testing.T, page string) []string {
	t.Helper()
	content, err := os.ReadFile(page) //nolint:gosec // a page of this repository
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(content), "\n| `type` | Attribute |")
	table, _, _ = strings.Cut(table, "\n\n")
	lines := strings.Split(table, "\n")
	return lines[min(2, len(lines)):] // without the header
}

// connectionType is a type in the schema of atlas_streams_connections, and the object with its settings, or nil.
type connectionType struct {
	name   string
	object *tfprotov6.SchemaAttribute
}

// attribute returns the name of the object, formatted, or "none".
func (c connectionType) attribute(format string) string {
	if c.object == nil {
		return "none"
	}
	return fmt.Sprintf(format, c.object.Name)
}

// settings returns the sorted names of the attributes of the object, or "none".
func (c connectionType) settings() string {
	if c.object == nil {
		return "none"
	}
	var names []string
	for _, attribute := range c.object.NestedType.Attributes {
		names = append(names, "`"+attribute.Name+"`")
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// connectionTypes returns the types in the description of results[*].type, in the same order.
func connectionTypes(t *testing.T) []connectionType {
	t.Helper()
	schema, err := providerserver.NewProtocol6(provider.New("test"))().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	attributes := schema.DataSourceSchemas["atlas_streams_connections"].Block.Attributes
	results := attributes[slices.IndexFunc(attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == "results" })]
	objects := map[string]*tfprotov6.SchemaAttribute{}
	var types []connectionType
	for _, field := range results.NestedType.Attributes {
		if match := setFor.FindStringSubmatch(field.Description); match != nil {
			objects[match[1]] = field
		}
		if field.Name == "type" {
			for _, match := range quotedType.FindAllStringSubmatch(field.Description, -1) {
				types = append(types, connectionType{name: match[1]})
			}
		}
	}
	for i := range types {
		types[i].object = objects[types[i].name]
		delete(objects, types[i].name)
	}
	if len(types) == 0 || len(objects) > 0 {
		t.Fatalf("the description of type names %d types, and these objects have another: %v", len(types), objects)
	}
	return types
}

var (
	quotedType = regexp.MustCompile("`([A-Za-z0-9]+)`")
	setFor     = regexp.MustCompile("^Set when `type` is `([A-Za-z0-9]+)`\\.$")
)
