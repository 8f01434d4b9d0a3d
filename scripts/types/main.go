// Command types writes the tables of connection types into pages, from the schema of the provider.
//
// Usage: types PAGE...
//
// A table is between a line <!-- types --> or <!-- types, linked --> and a line <!-- /types -->. A linked table also links to the
// attributes on the page and lists their settings.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

func main() {
	types, err := readTypes()
	if err != nil {
		log.Fatal(err)
	}
	for _, page := range os.Args[1:] {
		content, err := os.ReadFile(page) //nolint:gosec // a page of this repository
		if err != nil {
			log.Fatal(err)
		}
		if content, err = updated(content, types); err != nil {
			log.Fatalf("%q: %v", page, err) //nolint:gosec // a terminal reads this
		}
		if err := os.WriteFile(page, content, 0o644); err != nil { //nolint:gosec // everybody may read a page
			log.Fatal(err)
		}
	}
}

// connectionType is a type of connection in the schema.
type connectionType struct {
	name string
	// attribute is the object that contains the settings, and settings are its attributes. Both are empty for a type without
	// settings.
	attribute string
	settings  []string
}

var (
	quoted    = regexp.MustCompile("`([A-Za-z0-9]+)`")
	condition = regexp.MustCompile("^Set when `type` is `([A-Za-z0-9]+)`\\.$")
)

// readTypes returns the types in the description of results[*].type, in the same order.
func readTypes() ([]connectionType, error) {
	schema, err := providerserver.NewProtocol6(provider.New("dev"))().
		GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	var types []connectionType
	settings := map[string]*tfprotov6.SchemaAttribute{}
	for _, attribute := range schema.DataSourceSchemas["atlas_streams_connections"].Block.Attributes {
		if attribute.Name != "results" {
			continue
		}
		for _, field := range attribute.NestedType.Attributes {
			if match := condition.FindStringSubmatch(field.Description); match != nil {
				settings[match[1]] = field
			}
			if field.Name == "type" {
				for _, match := range quoted.FindAllStringSubmatch(field.Description, -1) {
					types = append(types, connectionType{name: match[1]})
				}
			}
		}
	}
	for i := range types {
		if field := settings[types[i].name]; field != nil {
			types[i].attribute = field.Name
			for _, nested := range field.NestedType.Attributes {
				types[i].settings = append(types[i].settings, "`"+nested.Name+"`")
			}
			slices.Sort(types[i].settings)
		}
	}
	if len(settings) == 0 || len(types) < len(settings) {
		return nil, fmt.Errorf("the schema names %d types and has settings of %d", len(types), len(settings))
	}
	return types, nil
}

var table = regexp.MustCompile(`(?s)(<!-- types(, linked)? -->\n).*?(<!-- /types -->\n)`)

// updated returns the content of a page with a new table of types.
func updated(content []byte, types []connectionType) ([]byte, error) {
	match := table.FindSubmatchIndex(content)
	if match == nil {
		return nil, errors.New("it has no table between <!-- types --> and <!-- /types -->")
	}
	rendered := render(types, match[4] >= 0)
	return slices.Concat(content[:match[3]], []byte("\n"+rendered+"\n"), content[match[6]:]), nil
}

func render(types []connectionType, linked bool) string {
	var b strings.Builder
	b.WriteString("| `type` | Attribute |")
	if linked {
		b.WriteString(" Settings |")
	}
	b.WriteString("\n| --- | --- |")
	if linked {
		b.WriteString(" --- |")
	}
	b.WriteByte('\n')
	for _, t := range types {
		attribute, settings := "none", "none"
		if t.attribute != "" {
			attribute, settings = "`"+t.attribute+"`", strings.Join(t.settings, ", ")
		}
		if linked && t.attribute != "" {
			attribute = "[" + attribute + "](#nestedatt--results--" + t.attribute + ")"
		}
		fmt.Fprintf(&b, "| `%s` | %s |", t.name, attribute)
		if linked {
			fmt.Fprintf(&b, " %s |", settings)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
