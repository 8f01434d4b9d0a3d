package datasource_test

import (
	"encoding/json"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
)

// documented are the resources of the listings other than connections, each with a file in testdata that has every field.
var documented = map[string]struct {
	dataSource, schema string // schema is the name in the API's description
	arguments          map[string]tftypes.Value
	// leftOut are fields that are not attributes of the same name: the project is an argument, another data source lists the
	// connections, and links are not useful in Terraform.
	leftOut []string
	derived map[string]string // the values of attributes that have another name than their field
}{
	"instance":     {"atlas_streams_instances", "StreamsTenant", nil, []string{"groupId", "connections"}, nil},
	"private_link": {"atlas_streams_private_links", "StreamsPrivateLinkConnection", nil, nil, nil},
	"processor": {"atlas_streams_processors", "StreamsProcessorWithStats", map[string]tftypes.Value{
		"include_stats": tftypes.NewValue(tftypes.Bool, true),
	}, []string{"pipeline", "stats"}, map[string]string{
		"connections.0.name": "orders", "connections.0.stage": "$source", "connections.0.role": "source",
		"connections.1.name": "failures", "connections.1.stage": "$merge", "connections.1.role": "sink",
		"connections.2.name": "failures", "connections.2.stage": "dlq", "connections.2.role": "dlq",
		"connection_names.0": "failures", "connection_names.1": "orders",
		"stats_json": `{"changeStreamState":{"_data":"<token>"},"outputMessageCount":1.50}`,
	}},
}

func TestEveryDocumentedFieldReachesTheState(t *testing.T) {
	t.Parallel()
	for name, test := range documented {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fields, text := readDocumented(t, name)
			want := map[string]string{}
			for field, value := range fields {
				if !slices.Contains(test.leftOut, field) {
					expect(want, attributeName(field), value)
				}
			}
			maps.Copy(want, test.derived)
			results := readResults(t, test.dataSource, test.arguments, text)
			if len(results) != 1 {
				t.Fatalf("%d results, want 1", len(results))
			}
			got := acctest.Leaves(t, results[0])
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			for _, leaf := range leafPatterns("", results[0].Type()) {
				if !slices.ContainsFunc(slices.Collect(maps.Keys(got)), leaf.MatchString) {
					t.Errorf("the file in testdata does not fill %s", leaf)
				}
			}
		})
	}
}

func TestTestdataHasEveryDocumentedField(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../sandbox/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var api openAPI
	if err := json.Unmarshal(content, &api); err != nil {
		t.Fatal(err)
	}
	for name, test := range documented {
		if len(api.Components.Schemas[test.schema].Properties) < 8 {
			t.Errorf("the API does not document %s", test.schema)
		}
		fields, _ := readDocumented(t, name)
		for _, missing := range api.missing(test.schema, fields) {
			t.Errorf("%s.json lacks %s", name, missing)
		}
	}
}

// openAPI is the part of an OpenAPI document that the test uses.
type openAPI struct {
	Components struct {
		Schemas map[string]struct {
			Properties map[string]struct {
				Ref   string `json:"$ref"`
				Items struct {
					Ref string `json:"$ref"`
				} `json:"items"`
			} `json:"properties"`
		} `json:"schemas"`
	} `json:"components"`
}

// missing returns the documented fields of schema that fields lack, and those of nested objects.
func (api openAPI) missing(schema string, fields map[string]any) []string {
	var missing []string
	for field, property := range api.Components.Schemas[schema].Properties {
		value, ok := fields[field]
		if !ok {
			missing = append(missing, field)
		}
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[0]
		}
		if ref := property.Ref + property.Items.Ref; ref != "" && field != "links" && field != "connections" {
			nested, _ := value.(map[string]any)
			for _, name := range api.missing(path.Base(ref), nested) {
				missing = append(missing, field+"."+name)
			}
		}
	}
	return missing
}

// readDocumented returns a resource of testdata, decoded and as text.
func readDocumented(t *testing.T, name string) (fields map[string]any, text string) {
	t.Helper()
	content, err := os.ReadFile(path.Join("testdata", name+".json")) //nolint:gosec // a file of this repository
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &fields); err != nil {
		t.Fatal(err)
	}
	return fields, string(content)
}

// expect adds to want the values that a field of the API must have in the state, at attribute and below it.
func expect(want map[string]string, attribute string, value any) {
	switch value := value.(type) {
	case string:
		want[attribute] = value
	case bool:
		want[attribute] = strconv.FormatBool(value)
	case []any:
		for i, element := range value {
			expect(want, attribute+"."+strconv.Itoa(i), element)
		}
	case map[string]any:
		for field, element := range value {
			if field != "links" {
				expect(want, attribute+"."+attributeName(field), element)
			}
		}
	}
}

var capital = regexp.MustCompile(`[A-Z]`)

// attributeName returns the name of the attribute for a field of the API: the same in snake case.
func attributeName(field string) string {
	snake := capital.ReplaceAllStringFunc(field, func(s string) string { return "_" + strings.ToLower(s) })
	return strings.TrimPrefix(snake, "_")
}

// leafPatterns returns a pattern for the path of each leaf of typ.
func leafPatterns(prefix string, typ tftypes.Type) []*regexp.Regexp {
	switch typ := typ.(type) {
	case tftypes.Object:
		var leaves []*regexp.Regexp
		for name, attribute := range typ.AttributeTypes {
			leaves = append(leaves, leafPatterns(prefix+`\.`+name, attribute)...)
		}
		return leaves
	case tftypes.List:
		return leafPatterns(prefix+`\.\d+`, typ.ElementType)
	}
	return []*regexp.Regexp{regexp.MustCompile("^" + strings.TrimPrefix(prefix, `\.`) + "$")}
}
