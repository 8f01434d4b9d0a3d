package streamconnections_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// The tests derive the name of an attribute from the API's name: the same in snake case. These are the exceptions. A name
// that ends in _names is a list of the keys of a map.
var renamed = map[string]string{
	"clusterGroupId":               "cluster_project_id",
	"headers":                      "header_names", // only the keys
	"publicPrivateNetworking":      "networking",
	"schemaRegistryAuthentication": "authentication",
	"schemaRegistryUrls":           "urls",
}

// safeMaps are the documented maps that cannot contain credentials, so that their values are in the results.
var safeMaps = []string{
	"config", // Kafka client settings; Atlas takes the credentials in authentication
}

// Fields that connections of every type have.
var commonFields = []string{"id", "name", "type", "region", "state"}

func TestOnlyTheKeysOfMapsAreInTheResults(t *testing.T) {
	t.Parallel()
	found := 0
	for name, schema := range readOpenAPI(t).Components.Schemas {
		if name == "StreamsProcessorWithStats" { // not a part of a connection
			continue
		}
		for field, property := range schema.Properties {
			if property.AdditionalProperties == nil || slices.Contains(safeMaps, field) {
				continue
			}
			found++
			if !strings.HasSuffix(renamed[field], "_names") {
				t.Errorf("%s can contain credentials: list only its keys, with attribute.Keys and a name in renamed that ends in _names", field)
			}
		}
	}
	if found == 0 {
		t.Error("the API documents no such map")
	}
}

func TestEveryDocumentedFieldReachesTheState(t *testing.T) {
	t.Parallel()
	api := readOpenAPI(t)
	for typ, fixture := range fixtures.All(t) {
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			var fields map[string]any
			if err := json.Unmarshal(fixture, &fields); err != nil {
				t.Fatal(err)
			}
			want := map[string]string{}
			for name, value := range fields {
				switch {
				case name == "links":
				case slices.Contains(commonFields, name):
					api.expect(want, name, name, value)
				default:
					attribute := attributeOfType(typ) + "." + attributeName(name)
					if keys, ok := value.(map[string]any); ok && strings.HasSuffix(attribute, "_names") {
						value = sortedKeys(keys) // the values are in a Sensitive attribute
					}
					api.expect(want, attribute, name, value)
				}
			}
			values := slices.Sorted(maps.Values(want))
			if distinct := slices.Compact(values); len(distinct) != len(want) {
				t.Fatal("the fixture has a value twice, so that two fields could be confused")
			}
			for attribute, value := range maps.Clone(want) {
				if _, field, found := strings.Cut(attribute, ".networking.access."); found {
					want["network_access."+field] = value
				}
			}
			if diff := cmp.Diff(want, acctest.Leaves(t, readOne(t, fixture))); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryAttributeIsFilledByAFixture(t *testing.T) {
	t.Parallel()
	filled := map[string]bool{}
	for _, fixture := range fixtures.All(t) {
		for leaf := range acctest.Leaves(t, readOne(t, fixture)) {
			filled[leaf] = true
		}
	}
	results, ok := acctest.NewServer(t, provider.New("test")).StateType().AttributeTypes["results"].(tftypes.List)
	if !ok {
		t.Fatal("results is not a list")
	}
	leaves := schemaLeaves("", results.ElementType)
	if len(leaves) < 50 {
		t.Fatalf("the schema has %d leaves only", len(leaves))
	}
	for _, leaf := range leaves {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(filled)), leaf.MatchString) {
			t.Errorf("no fixture fills %s", leaf)
		}
	}
}

func TestFixturesHaveEveryDocumentedField(t *testing.T) {
	t.Parallel()
	all := fixtures.All(t)
	api := readOpenAPI(t)
	connection := api.Components.Schemas["StreamsConnection"]
	for typ := range all {
		if _, ok := connection.Discriminator.Mapping[typ]; !ok {
			t.Errorf("openapi.json does not describe the type %s: run 'make openapi' when MongoDB has published it", typ)
		}
	}
	for typ, fields := range connection.Discriminator.Mapping {
		fixture := map[string]any{}
		if err := json.Unmarshal(all[typ], &fixture); err != nil {
			t.Errorf("%s: %v", typ, err)
			continue
		}
		for _, name := range append(fields.Properties, commonFields...) {
			for _, missing := range api.missing(name, connection.Properties[name], fixture[name]) {
				t.Errorf("the fixture of %s lacks %s", typ, missing)
			}
		}
	}
}

// hasSettings reports whether a fixture has a field other than the common ones.
func hasSettings(t *testing.T, fixture json.RawMessage) bool {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(fixture, &fields); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(fields, func(name string, _ any) bool { return name == "links" || slices.Contains(commonFields, name) })
	return len(fields) > 0
}

// readOne returns the result of a listing of one connection.
func readOne(t *testing.T, connection json.RawMessage) tftypes.Value {
	t.Helper()
	results := resultsOf(t, readState(t, nil, connection))
	if len(results) != 1 {
		t.Fatalf("%d results, want 1", len(results))
	}
	return results[0]
}

// readState returns the state of a listing of connections. The read must not return a warning.
func readState(t *testing.T, arguments map[string]tftypes.Value, connections ...json.RawMessage) tftypes.Value {
	t.Helper()
	_, url := acctest.Serve(t, acctest.Data(connections...))
	server := acctest.NewServer(t, provider.New("test"))
	server.ConfigureFor(t, url)
	state, diagnostics := server.Read(t, arguments)
	if len(diagnostics) > 0 {
		t.Fatal(acctest.Texts(diagnostics))
	}
	return state
}

func resultsOf(t *testing.T, state tftypes.Value) []tftypes.Value {
	t.Helper()
	var attributes map[string]tftypes.Value
	var results []tftypes.Value
	if err := state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes["results"].As(&results); err != nil || attributes["results"].IsNull() {
		t.Fatalf("results: %v, %v", attributes["results"], err)
	}
	return results
}

// sortedKeys returns the keys of an object as attribute.Keys lists them.
func sortedKeys(object map[string]any) []any {
	var keys []any
	for _, key := range slices.Sorted(maps.Keys(object)) {
		keys = append(keys, key)
	}
	return keys
}

// expect adds to want the values that the API's field name must have in the state, at attribute and below it.
func (api openAPI) expect(want map[string]string, attribute, name string, value any) {
	switch value := value.(type) {
	case string:
		want[attribute] = value
	case bool:
		want[attribute] = strconv.FormatBool(value)
	case []any:
		for i, element := range value {
			api.expect(want, attribute+"."+strconv.Itoa(i), name, element)
		}
	case map[string]any:
		isMap := api.isMap(name)
		for field, element := range value {
			switch {
			case isMap: // keys are data, and do not change
				api.expect(want, attribute+"."+field, field, element)
			case field != "links":
				api.expect(want, attribute+"."+attributeName(field), field, element)
			}
		}
	default:
		panic(fmt.Sprintf("%s has a %T", attribute, value))
	}
}

var (
	capital = regexp.MustCompile(`[A-Z]`)
	word    = regexp.MustCompile(`([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])`)
)

// attributeName returns the name of the attribute for a field of the API.
func attributeName(field string) string {
	if name, ok := renamed[field]; ok {
		return name
	}
	return capital.ReplaceAllStringFunc(field, func(s string) string { return "_" + strings.ToLower(s) })
}

// attributeOfType returns the name of the object for a type of the API.
func attributeOfType(typ string) string {
	return strings.ToLower(word.ReplaceAllString(typ, "${1}${3}_${2}${4}"))
}

// schemaLeaves returns a pattern for the path of each leaf of typ.
func schemaLeaves(prefix string, typ tftypes.Type) []*regexp.Regexp {
	switch typ := typ.(type) {
	case tftypes.Object:
		var leaves []*regexp.Regexp
		for name, attribute := range typ.AttributeTypes {
			leaves = append(leaves, schemaLeaves(prefix+"\\."+name, attribute)...)
		}
		return leaves
	case tftypes.Map, tftypes.List:
		prefix += "\\..+"
	}
	return []*regexp.Regexp{regexp.MustCompile("^" + strings.TrimPrefix(prefix, "\\.") + "$")}
}
