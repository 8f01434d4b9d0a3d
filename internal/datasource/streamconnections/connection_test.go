package streamconnections_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const singular = "atlas_streams_connection"

// readConnection reads the connection with the given name from an instance with connections.
func readConnection(t *testing.T, name string, arguments map[string]tftypes.Value, connections ...json.RawMessage) (
	*sandbox.Sandbox, map[string]tftypes.Value, []*tfprotov6.Diagnostic,
) {
	t.Helper()
	s, url := acctest.Serve(t, acctest.Data(connections...))
	server := acctest.NewServer(t, provider.New("1.2.3"))
	server.ConfigureFor(t, url)
	all := map[string]tftypes.Value{"name": acctest.String(name)}
	maps.Copy(all, arguments)
	state, diagnostics := server.ReadFrom(t, singular, all)
	return s, attributesOf(t, state), diagnostics
}

func TestConnectionHasTheAttributesOfAResult(t *testing.T) {
	t.Parallel()
	for typ, fixture := range fixtures.All(t) {
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			s, attributes, diagnostics := readConnection(t, typ+"-name", nil, fixture)
			if len(diagnostics) > 0 {
				t.Fatal(acctest.Texts(diagnostics))
			}
			for name, want := range attributesOf(t, readOne(t, fixture)) {
				if !attributes[name].Equal(want) {
					t.Errorf("%s is %s, want %s", name, attributes[name], want)
				}
			}
			if got := acctest.Count(s, sandbox.EndpointConnection); got != 1 || acctest.Count(s, sandbox.EndpointConnections) != 0 {
				t.Errorf("%d requests, want 1 and no listing", got)
			}
		})
	}
}

func TestSensitiveAttributesOfAConnection(t *testing.T) {
	t.Parallel()
	const unknown = `{"name":"new","token":"secret","type":"Quantum"}`
	connections := append([]json.RawMessage{[]byte(unknown)}, withHeaders...)
	for name, test := range map[string]struct {
		connection string
		include    *bool
		headers    map[string]string // nil for null
		settings   string            // "" for null
	}{
		"HTTPS":                   {"b", new(true), map[string]string{"X-B": "value-b", "Authorization": "Bearer b"}, ""},
		"HTTPS, without headers":  {"none", new(true), map[string]string{}, ""},
		"HTTPS, by default":       {"a", nil, nil, ""},
		"HTTPS, left out":         {"b", new(false), nil, ""},
		"another known type":      {"sample", new(true), nil, ""},
		"an unknown type":         {"new", new(true), nil, unknown},
		"an unknown type, hidden": {"new", nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arguments := map[string]tftypes.Value{"include_sensitive": tftypes.NewValue(tftypes.Bool, test.include)}
			_, attributes, diagnostics := readConnection(t, test.connection, arguments, connections...)
			if warns := len(diagnostics) == 1 && diagnostics[0].Severity == tfprotov6.DiagnosticSeverityWarning &&
				strings.Contains(diagnostics[0].Detail, `"Quantum"`); warns != (test.connection == "new") || len(diagnostics) > 1 {
				t.Errorf("diagnostics: %s", acctest.Texts(diagnostics))
			}
			if attributes["https_headers"].IsNull() != (test.headers == nil) {
				t.Errorf("https_headers is %s", attributes["https_headers"])
			} else if test.headers != nil {
				if diff := cmp.Diff(test.headers, acctest.Leaves(t, attributes["https_headers"])); diff != "" {
					t.Errorf("https_headers (-want +got):\n%s", diff)
				}
			}
			if want := tftypes.NewValue(tftypes.String, nil); test.settings == "" && !attributes["settings_json"].Equal(want) {
				t.Errorf("settings_json is %s", attributes["settings_json"])
			} else if test.settings != "" && !attributes["settings_json"].Equal(acctest.String(test.settings)) {
				t.Errorf("settings_json is %s, want %s", attributes["settings_json"], test.settings)
			}
		})
	}
}

func TestConnectionsOfAnyName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a/b", "a b", "100%", "a%2Fb", "Zürich-日本", "a+b?c#d", `a"b\c`, "..a", strings.Repeat("x", 200)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := json.Marshal(map[string]string{"name": name, "type": "Sample"})
			if err != nil {
				t.Fatal(err)
			}
			_, attributes, diagnostics := readConnection(t, name, nil, raw, []byte(`{"name": "other", "type": "Kafka"}`))
			if len(diagnostics) > 0 || !attributes["type"].Equal(acctest.String("Sample")) {
				t.Errorf("type %s: %s", attributes["type"], acctest.Texts(diagnostics))
			}
		})
	}
}

func TestConnectionsThatDoNotExist(t *testing.T) {
	t.Parallel()
	three := []json.RawMessage{
		[]byte(`{"name": "payments", "type": "Kafka"}`), []byte(`{"name": "orders", "type": "Kafka"}`),
		[]byte(`{"name": "audit", "type": "Kafka"}`),
	}
	for name, test := range map[string]struct {
		connections []json.RawMessage
		arguments   map[string]tftypes.Value
		at          string
		want        []string
	}{
		"nearest first": {three, map[string]tftypes.Value{"name": acctest.String("ordres")}, "name",
			[]string{"404 Not Found: STREAM_CONNECTION_NOT_FOUND_FOR_NAME", `Check name: the instance has the connections "orders", `,
				"seconds ago"}},
		"none":     {nil, nil, "name", []string{"Check name: the instance has no connections."}},
		"many":     {acctest.Samples(600), map[string]tftypes.Value{"name": acctest.String("x")}, "name", []string{"and 580 more."}},
		"instance": {three, map[string]tftypes.Value{"instance_name": acctest.String("order")}, "instance_name", []string{`"orders"`}},
		"workspace": {three,
			map[string]tftypes.Value{"instance_name": tftypes.NewValue(tftypes.String, nil), "workspace_name": acctest.String("order")},
			"workspace_name", []string{`Check workspace_name: the project has the stream processing instances "orders"`}},
		"project": {three, map[string]tftypes.Value{"project_id": acctest.String("ffffffffffffffffffffffff")}, "project_id",
			[]string{"Check project_id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, diagnostics := readConnection(t, "x", test.arguments, test.connections...)
			if len(diagnostics) != 1 || diagnostics[0].Attribute.String() != fmt.Sprintf("AttributeName(%q)", test.at) {
				t.Fatalf("want one error at %s: %s", test.at, acctest.Texts(diagnostics))
			}
			for _, want := range test.want {
				if !strings.Contains(diagnostics[0].Detail, want) {
					t.Errorf("does not say %s: %s", want, diagnostics[0].Detail)
				}
			}
		})
	}
}

func TestAnswersForAnotherConnectionAreErrors(t *testing.T) {
	t.Parallel()
	data := acctest.Answering(acctest.Data(acctest.Samples(2)...), sandbox.Answer{Body: new(`{"name": "sample-00001", "type": "Sample"}`)})
	_, url := acctest.Serve(t, data)
	server := acctest.NewServer(t, provider.New("test"))
	server.ConfigureFor(t, url)
	_, diagnostics := server.ReadFrom(t, singular, nil)
	if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, `Atlas returned the connection "sample-00001" instead.`) {
		t.Errorf("diagnostics: %s", acctest.Texts(diagnostics))
	}
}

func TestPlanReadsAConnection(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Data(fixtures.All(t)["Https"], fixtures.All(t)["Kafka"]))
	const address = "data.atlas_streams_connection.test"
	block := func(name string) string {
		return acctest.ProviderBlock(url) +
			acctest.Override(acctest.Block(singular), fmt.Sprintf("name = %q", name), "include_sensitive = true")
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
		Steps: []resource.TestStep{{
			Config: block("Https-name") + `output "url" { value = data.atlas_streams_connection.test.https.url }`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("url", knownvalue.StringExact("Https-url")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact("Https-id")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("kafka"), knownvalue.Null()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("https_headers"), knownvalue.MapSizeExact(2)),
				statecheck.ExpectSensitiveValue(address, tfjsonpath.New("https_headers")),
				statecheck.ExpectSensitiveValue(address, tfjsonpath.New("settings_json")),
			},
		}, {
			Config: block("Kafka-name"),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("kafka").AtMapKey("bootstrap_servers"),
					knownvalue.StringExact("Kafka-bootstrapServers")),
			},
		}, {
			Config:      block("Kafka-nam"),
			ExpectError: acctest.Folded(`Unable to read streams connection.*Check name: .* "Kafka-name", "Https-name"`),
		}},
	})
}
