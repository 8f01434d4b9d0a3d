package streamprocessors_test

import (
	"encoding/json"
	"fmt"
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
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const name = "atlas_streams_processors"

// read reads from a server that lists processors, each of them JSON.
func read(t *testing.T, arguments map[string]tftypes.Value, processors ...string) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	body := fmt.Sprintf(`{"results": [%s], "totalCount": %d}`, strings.Join(processors, ","), len(processors))
	_, url := acctest.Serve(t, acctest.Answering(acctest.Data(), sandbox.Answer{Body: &body, Times: -1}))
	server := acctest.NewServer(t, provider.New("test"))
	server.ConfigureFor(t, url)
	state, diagnostics := server.ReadFrom(t, name, arguments)
	var attributes map[string]tftypes.Value
	if err := state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes, diagnostics
}

// readOne returns the result of a listing of one processor.
func readOne(t *testing.T, arguments map[string]tftypes.Value, processor string) map[string]tftypes.Value {
	t.Helper()
	state, diagnostics := read(t, arguments, processor)
	if len(diagnostics) > 0 {
		t.Fatal(acctest.Texts(diagnostics))
	}
	var results []tftypes.Value
	if err := state["results"].As(&results); err != nil || len(results) != 1 {
		t.Fatal(results, err)
	}
	var result map[string]tftypes.Value
	if err := results[0].As(&result); err != nil {
		t.Fatal(err)
	}
	return result
}

func boolean(b bool) tftypes.Value { return tftypes.NewValue(tftypes.Bool, b) }

func TestProcessorsWithoutConnectionsHaveEmptyLists(t *testing.T) {
	t.Parallel()
	for name, processor := range map[string]string{
		"no pipeline":    `{"_id": "1", "name": "a"}`,
		"null":           `{"_id": "1", "name": "a", "pipeline": null, "options": null}`,
		"empty":          `{"_id": "1", "name": "a", "pipeline": [], "options": {"dlq": null}}`,
		"no connections": `{"_id": "1", "name": "a", "pipeline": [{"$match": {}}, null, 5, "odd"], "options": {"dlq": {}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := readOne(t, nil, processor)
			for _, attribute := range []string{"connections", "connection_names"} {
				var elements []tftypes.Value
				if err := result[attribute].As(&elements); err != nil || result[attribute].IsNull() || len(elements) > 0 {
					t.Errorf("%s is %s, want an empty list", attribute, result[attribute])
				}
			}
		})
	}
}

func TestNamesOfConnectionsAreSortedAndUnique(t *testing.T) {
	t.Parallel()
	result := readOne(t, nil, `{"_id": "1", "name": "a", "options": {"dlq": {"connectionName": "a"}}, "pipeline": [
		{"$source": {"connectionName": "c"}}, {"$https": {"connectionName": "b"}}, {"$merge": {"into": {"connectionName": "c"}}}]}`)
	want := map[string]string{"0": "a", "1": "b", "2": "c"}
	if diff := cmp.Diff(want, acctest.Leaves(t, result["connection_names"])); diff != "" {
		t.Errorf("connection_names (-want +got):\n%s", diff)
	}
	var uses []string
	for i := range 4 {
		leaves := acctest.Leaves(t, result["connections"])
		uses = append(uses, leaves[fmt.Sprintf("%d.name", i)]+" "+leaves[fmt.Sprintf("%d.role", i)])
	}
	if diff := cmp.Diff([]string{"c source", "b lookup", "c sink", "a dlq"}, uses); diff != "" {
		t.Errorf("connections (-want +got):\n%s", diff)
	}
}

// secretPipeline has keys that are not sorted, a number that changes if it is converted, and a token.
const secretPipeline = `[{"$source":{"topic":"t","connectionName":"a"}},` +
	`{"$https":{"headers":{"b":"secret","a":1.50},"connectionName":"<b>"}}]`

func TestPipelinesAreAsAtlasReturnedThem(t *testing.T) {
	t.Parallel()
	processors := []string{
		`{"_id": "2", "name": "twice", "pipeline": [{"$source": {}}]}`,
		`{"_id": "1", "name": "twice", "PIPELINE": [], "pipeline": ` + secretPipeline + `, "Pipeline": []}`,
		`{"_id": "3", "name": "cafe\u0301", "pipeline": []}`,
		`{"_id": "4", "name": "none", "pipeline": null}`,
	}
	state, diagnostics := read(t, map[string]tftypes.Value{"include_sensitive": boolean(true)}, processors...)
	want := map[string]string{"twice": secretPipeline, "caf\u00e9": "[]"}
	if diff := cmp.Diff(want, acctest.Leaves(t, state["pipelines_json"])); diff != "" || len(diagnostics) > 0 {
		t.Errorf("pipelines_json (-want +got):\n%s%s", diff, acctest.Texts(diagnostics))
	}
	state, diagnostics = read(t, nil, processors...)
	if !state["pipelines_json"].IsNull() || len(diagnostics) > 0 {
		t.Errorf("pipelines_json is %s: %s", state["pipelines_json"], acctest.Texts(diagnostics))
	}
	if text := state["results"].String(); strings.Contains(text, "secret") {
		t.Errorf("the results contain a secret: %s", text)
	}
}

func TestStatisticsAreThereOnRequest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments       map[string]tftypes.Value
		processor, want string // "" for null
	}{
		"by default": {nil, `{"_id": "1", "name": "a", "stats": {"n": 1}}`, ""},
		"left out":   {map[string]tftypes.Value{"include_stats": boolean(false)}, `{"_id": "1", "name": "a", "stats": {"n": 1}}`, ""},
		"on request": {map[string]tftypes.Value{"include_stats": boolean(true)},
			`{"_id": "1", "name": "a", "stats": {"z": 1.50, "a": [null, "<&>"]}}`, `{"a":[null,"<&>"],"z":1.50}`},
		"not started": {map[string]tftypes.Value{"include_stats": boolean(true)}, `{"_id": "1", "name": "a"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := readOne(t, test.arguments, test.processor)
			if got := acctest.Leaves(t, result["stats_json"])[""]; got != test.want {
				t.Errorf("stats_json is %s, want %s", got, test.want)
			}
		})
	}
}

func TestWrongShapesAreErrorsThatNameTheProcessorAndTheField(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ processor, want string }{
		"pipeline":          {`{"_id": "1", "name": "odd", "pipeline": {"secret": 1}}`, `processor "odd": pipeline is an object, not a list.`},
		"options":           {`{"_id": "1", "name": "odd", "options": "secret"}`, `processor "odd": options is a string, not an object.`},
		"dead letter queue": {`{"_id": "1", "name": "odd", "options": {"dlq": ["secret"]}}`, `options.dlq is a list, not an object.`},
		"name of a connection": {`{"_id": "1", "name": "odd", "options": {"dlq": {"connectionName": {"secret": 1}}}}`,
			`options.dlq.connectionName is an object, not a string.`},
		"boolean": {`{"_id": "1", "name": "odd", "failoverEnabled": "secret"}`, `failoverEnabled is a string, not a boolean.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, diagnostics := read(t, map[string]tftypes.Value{"include_sensitive": boolean(true)}, test.processor)
			if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, test.want) ||
				strings.Contains(diagnostics[0].Detail, "secret") || !state["results"].IsNull() {
				t.Errorf("does not say %s: %s", test.want, acctest.Texts(diagnostics))
			}
		})
	}
}

func TestMissingRoleIsNamed(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Data())
	credentials := sandbox.CredentialsWithoutProcessorRole()
	server := acctest.NewServer(t, provider.New("test"))
	if diagnostics := server.Configure(t, map[string]tftypes.Value{
		"base_url":      acctest.String(url),
		"client_id":     acctest.String(credentials.ClientID),
		"client_secret": acctest.String(credentials.ClientSecret),
	}); len(diagnostics) > 0 {
		t.Fatal(acctest.Texts(diagnostics))
	}
	_, diagnostics := server.ReadFrom(t, name, nil)
	if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, "USER_UNAUTHORIZED") ||
		!strings.Contains(diagnostics[0].Detail, "Project Stream Processing Manager") || strings.Contains(diagnostics[0].Detail, "Read Only") {
		t.Errorf("does not name the role: %s", acctest.Texts(diagnostics))
	}
}

func TestPlanAnswersWhoUsesAConnection(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Instance(sandbox.Instance{
		Results: acctest.Samples(1),
		Processors: []json.RawMessage{
			[]byte(`{"name": "totals", "pipeline": [{"$source": {"connectionName": "orders"}}, {"$emit": {"connectionName": "alerts"}}]}`),
			[]byte(`{"name": "audit", "pipeline": [{"$source": {"connectionName": "orders"}}]}`),
			[]byte(`{"name": "empty", "pipeline": []}`),
		},
	}))
	const address = "data.atlas_streams_processors.test"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderBlock(url) + acctest.Override(acctest.Block(name), "include_sensitive = true") + `
				output "users" {
				  value = transpose({ for p in data.atlas_streams_processors.test.results : p.name => p.connection_names })["orders"]
				}`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("users", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact("audit"), knownvalue.StringExact("totals"),
				})),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(acctest.ProjectID+"/"+acctest.InstanceName)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("results").AtSliceIndex(1).AtMapKey("connections"), knownvalue.ListExact(nil)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("results").AtSliceIndex(0).AtMapKey("stats_json"), knownvalue.Null()),
				statecheck.ExpectSensitiveValue(address, tfjsonpath.New("pipelines_json")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("pipelines_json"), knownvalue.MapSizeExact(3)),
			},
		}},
	})
}
