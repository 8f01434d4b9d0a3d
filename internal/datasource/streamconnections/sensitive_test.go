package streamconnections_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// withHeaders are connections for each case of https_headers and header_names.
var withHeaders = []json.RawMessage{
	[]byte(`{"name": "b", "type": "Https", "url": "https://b.example.com", "headers": {"X-B": "value-b", "Authorization": "Bearer b"}}`),
	[]byte(`{"name": "a", "type": "Https", "url": "https://a.example.com", "headers": {"X-A": "value-a"}}`),
	[]byte(`{"name": "none", "type": "Https", "url": "https://none.example.com"}`),
	[]byte(`{"name": "sample", "type": "Sample"}`),
}

func TestHTTPSHeaders(t *testing.T) {
	t.Parallel()
	include := boolean(true)
	for name, test := range map[string]struct {
		arguments map[string]tftypes.Value
		want      map[string]string
	}{
		"all": {map[string]tftypes.Value{"include_sensitive": include}, map[string]string{
			"https_headers.a.X-A": "value-a", "https_headers.b.X-B": "value-b", "https_headers.b.Authorization": "Bearer b",
		}},
		"of what the filters keep": {map[string]tftypes.Value{"include_sensitive": include, "name_regex": acctest.String("^a$")},
			map[string]string{"https_headers.a.X-A": "value-a"}},
		"of nothing": {map[string]tftypes.Value{"include_sensitive": include, "types": set("Sample")}, map[string]string{}},
		"by default": {nil, map[string]string{}},
		"left out":   {map[string]tftypes.Value{"include_sensitive": boolean(false)}, map[string]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := readState(t, test.arguments, withHeaders...)
			attributes := attributesOf(t, state)
			got := acctest.Leaves(t, attributes["https_headers"])
			want := map[string]string{}
			for path, value := range test.want {
				want[path[len("https_headers."):]] = value
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("https_headers (-want +got):\n%s", diff)
			}
			for _, name := range []string{"https_headers", "settings_json"} {
				if null := !test.arguments["include_sensitive"].Equal(include); attributes[name].IsNull() != null {
					t.Errorf("%s is %s", name, attributes[name])
				}
			}
		})
	}
}

func TestHeaderNamesAreThereWithoutTheirValues(t *testing.T) {
	t.Parallel()
	state := readState(t, nil, withHeaders...)
	got := map[string]map[string]string{}
	for _, result := range resultsOf(t, state) {
		https := attributesOf(t, result)["https"]
		if !https.IsNull() {
			got[acctest.Leaves(t, result)["name"]] = acctest.Leaves(t, attributesOf(t, https)["header_names"])
		}
	}
	want := map[string]map[string]string{"a": {"0": "X-A"}, "b": {"0": "Authorization", "1": "X-B"}, "none": {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("header_names (-want +got):\n%s", diff)
	}
}

func TestUnknownTypesWithoutTheirSettings(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Data(json.RawMessage(`{"name": "new", "type": "Quantum", "token": "a-secret"}`)))
	server := acctest.NewServer(t, provider.New("test"))
	server.ConfigureFor(t, url)
	state, diagnostics := server.Read(t, nil)
	if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning ||
		!acctest.Folded("set include_sensitive = true and use settings_json").MatchString(diagnostics[0].Detail) {
		t.Errorf("diagnostics: %s", acctest.Texts(diagnostics))
	}
	if settings := attributesOf(t, state)["settings_json"]; !settings.IsNull() {
		t.Errorf("settings_json is %s, want null", settings)
	}
}

// If an attribute in results were Sensitive, all results would be, and each of these outputs would be an error.
func TestResultsAreNotSensitive(t *testing.T) {
	t.Parallel()
	all := fixtures.All(t)
	_, url := acctest.Serve(t, acctest.Data(slices.Collect(maps.Values(all))...))
	config := acctest.ProviderBlock(url) + acctest.Override(acctest.DataBlock(), "include_sensitive = true")
	const results = "data.atlas_streams_connections.test.results"
	for name, expression := range map[string]string{
		"results":            results,
		"JSON":               "jsonencode(" + results + ")",
		"by name":            "{ for c in " + results + " : c.name => c }",
		"one of a type":      `one([for c in ` + results + ` : c if c.type == "Https"])`,
		"names of headers":   "flatten([for c in " + results + " : c.https.header_names if c.https != null])",
		"count of unmatched": "length([for c in " + results + " : c if c.https == null])",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
				Steps: []resource.TestStep{{
					Config:            config + "output \"it\" { value = " + expression + " }",
					ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("it", knownvalue.NotNull())},
				}},
			})
		})
	}
	t.Run("headers", func(t *testing.T) {
		t.Parallel()
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
			Steps: []resource.TestStep{{
				Config:      config + "output \"it\" { value = data.atlas_streams_connections.test.https_headers }",
				ExpectError: acctest.Folded("(?i)sensitive"),
			}},
		})
	})
}

func attributesOf(t *testing.T, object tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := object.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}

func boolean(b bool) tftypes.Value { return tftypes.NewValue(tftypes.Bool, b) }
