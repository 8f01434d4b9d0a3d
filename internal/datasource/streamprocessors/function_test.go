package streamprocessors_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// call calls the function of a provider that is not configured, through the server that the provider ships with.
func call(t *testing.T, pipeline string) *tfprotov6.CallFunctionResponse {
	t.Helper()
	argument, err := tfprotov6.NewDynamicValue(tftypes.String, acctest.String(pipeline))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := provider.New("test").Server().CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{
		Name: "pipeline_connections", Arguments: []*tfprotov6.DynamicValue{&argument},
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func TestFunctionListsConnectionsWithoutConfiguration(t *testing.T) {
	t.Parallel()
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"name": tftypes.String, "stage": tftypes.String, "role": tftypes.String,
	}}
	for name, test := range map[string]struct {
		pipeline string
		want     map[string]string
	}{
		"none": {`[]`, map[string]string{}},
		"some": {` [{"$source": {"connectionName": "a"}}, {"$merge": {"into": {"connectionName": "b"}}}] `, map[string]string{
			"0.name": "a", "0.stage": "$source", "0.role": "source", "1.name": "b", "1.stage": "$merge", "1.role": "sink",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := call(t, test.pipeline)
			if resp.Error != nil {
				t.Fatal(resp.Error.Text)
			}
			result, err := resp.Result.Unmarshal(tftypes.List{ElementType: object})
			if err != nil || result.IsNull() {
				t.Fatal(result, err)
			}
			if diff := cmp.Diff(test.want, acctest.Leaves(t, result)); diff != "" {
				t.Errorf("connections (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFunctionSaysWhatIsWrongWithItsArgument(t *testing.T) {
	t.Parallel()
	for pipeline, want := range map[string]string{ //nolint:gosec // no secret is one
		``:                       "it is not valid JSON: unexpected end of JSON input",
		`[{"$source": secret}]`:  "it is not valid JSON: invalid character 's'",
		`[] []`:                  "it is not valid JSON",
		`{"$source": "secret"}`:  "it is an object: pass only the pipeline",
		`"[{\"secret\": true}]"`: "it may be encoded twice",
		`null`:                   "it is null",
		`5`:                      "it is a number or a boolean",
		strings.Repeat("[", 1e5): "exceeded max depth",
	} {
		resp := call(t, pipeline)
		if resp.Error == nil || resp.Error.FunctionArgument == nil || *resp.Error.FunctionArgument != 0 {
			t.Errorf("%.50s: want an error of the first argument: %+v", pipeline, resp.Error)
			continue
		}
		if text := resp.Error.Text; !strings.Contains(text, want) || !strings.Contains(text, "jsonencode") || strings.Contains(text, "secret") {
			t.Errorf("%.50s: does not say %s: %s", pipeline, want, text)
		}
	}
}

func TestPlanCallsTheFunction(t *testing.T) {
	t.Parallel()
	const known = `
		output "it" {
		  value = [for c in provider::atlas::pipeline_connections(jsonencode([
		    { "$source" = { connectionName = "orders", schemaRegistry = { connectionName = "registry" } } },
		    { "$emit" = { connectionName = "alerts" } },
		  ])) : "${c.stage} ${c.name} ${c.role}"]
		}`
	const unknown = `
		resource "terraform_data" "later" { input = "orders" }
		output "it" { value = provider::atlas::pipeline_connections(jsonencode([
		  { "$source" = { connectionName = terraform_data.later.output } },
		]))[0].name }`
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		Steps: []resource.TestStep{
			{Config: `output "it" { value = provider::atlas::pipeline_connections(null) }`, ExpectError: acctest.Folded("must not be null")},
			{Config: `output "it" { value = provider::atlas::pipeline_connections("{}") }`,
				ExpectError: acctest.Folded(`"pipeline" parameter: must be an array of stages in JSON.*it is an object`)},
			{Config: known, ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("it", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact("$source orders source"), knownvalue.StringExact("$source registry schema_registry"),
					knownvalue.StringExact("$emit alerts sink"),
				})),
			}},
			{Config: unknown, ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("it", knownvalue.StringExact("orders")),
			}},
		},
	})
}
