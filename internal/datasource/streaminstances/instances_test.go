package streaminstances_test

import (
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

const name = "atlas_streams_instances"

// read reads from a server that lists results, each of them JSON.
func read(t *testing.T, arguments map[string]tftypes.Value, results ...string) ([]tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	body := fmt.Sprintf(`{"results": [%s], "totalCount": %d}`, strings.Join(results, ","), len(results))
	return readData(t, arguments, acctest.Answering(acctest.Data(), sandbox.Answer{Body: &body, Times: -1}))
}

func readData(t *testing.T, arguments map[string]tftypes.Value, data *sandbox.Data) ([]tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	_, url := acctest.Serve(t, data)
	server := acctest.NewServer(t, provider.New("test"))
	server.ConfigureFor(t, url)
	state, diagnostics := server.ReadFrom(t, name, arguments)
	var attributes map[string]tftypes.Value
	var instances []tftypes.Value
	if err := state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if attributes["results"].IsNull() {
		return nil, diagnostics
	}
	if err := attributes["results"].As(&instances); err != nil {
		t.Fatal(err)
	}
	if !attributes["id"].Equal(acctest.String(acctest.ProjectID)) {
		t.Errorf("id is %s", attributes["id"])
	}
	return instances, diagnostics
}

func TestInstancesAreFilteredAndSorted(t *testing.T) {
	t.Parallel()
	instances := map[string]sandbox.Instance{}
	for _, name := range []string{"webshop", "Warehouse", "orders"} {
		instances[name] = sandbox.Instance{}
	}
	data := func() *sandbox.Data {
		return &sandbox.Data{Projects: map[string]sandbox.Project{acctest.ProjectID: {Instances: instances}}}
	}
	for name, test := range map[string]struct {
		arguments map[string]tftypes.Value
		want      []string
	}{
		"all":             {nil, []string{"Warehouse", "orders", "webshop"}},
		"by expression":   {map[string]tftypes.Value{"name_regex": acctest.String("^w")}, []string{"webshop"}},
		"none that match": {map[string]tftypes.Value{"name_regex": acctest.String("^x")}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instances, diagnostics := readData(t, test.arguments, data())
			got := []string{}
			for _, instance := range instances {
				got = append(got, textAt(t, instance, "name"))
			}
			if diff := cmp.Diff(test.want, got); diff != "" || len(diagnostics) > 0 || instances == nil {
				t.Errorf("names (-want +got):\n%s%s", diff, acctest.Texts(diagnostics))
			}
		})
	}
}

func TestMoreInstancesThanAPage(t *testing.T) {
	t.Parallel()
	instances := map[string]sandbox.Instance{}
	for i := range 1001 {
		instances[fmt.Sprintf("instance-%04d", i)] = sandbox.Instance{}
	}
	got, diagnostics := readData(t, nil, &sandbox.Data{Projects: map[string]sandbox.Project{acctest.ProjectID: {Instances: instances}}})
	if len(got) != 1001 || len(diagnostics) > 0 || textAt(t, got[1000], "name") != "instance-1000" {
		t.Errorf("%d instances: %s", len(got), acctest.Texts(diagnostics))
	}
}

func TestWrongShapesAreErrorsThatNameTheInstanceAndTheField(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ instance, want string }{
		"object for text":  {`{"name": "odd", "_id": {"secret": 1}}`, `instance "odd": _id is an object, not a string.`},
		"text for object":  {`{"name": "odd", "streamConfig": "secret"}`, `instance "odd": streamConfig is a string, not an object.`},
		"text for boolean": {`{"name": "odd", "sampleConnections": {"solar": "secret"}}`, `sampleConnections.solar is a string, not a boolean.`},
		"within a list":    {`{"name": "odd", "failoverRegions": [{"region": ["secret"]}]}`, `failoverRegions.*.region is a list, not a string.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instances, diagnostics := read(t, nil, `{"name": "good"}`, test.instance)
			if instances != nil || len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, test.want) ||
				strings.Contains(diagnostics[0].Detail, "secret") {
				t.Errorf("does not say %s: %s", test.want, acctest.Texts(diagnostics))
			}
			instances, diagnostics = read(t, map[string]tftypes.Value{"name_regex": acctest.String("^good$")}, `{"name": "good"}`, test.instance)
			if len(instances) != 1 || len(diagnostics) > 0 {
				t.Errorf("an instance that the filter excludes fails the read: %s", acctest.Texts(diagnostics))
			}
		})
	}
}

func TestProjectThatDoesNotExist(t *testing.T) {
	t.Parallel()
	_, diagnostics := readData(t, map[string]tftypes.Value{"project_id": acctest.String("ffffffffffffffffffffffff")}, acctest.Data())
	if len(diagnostics) != 1 || diagnostics[0].Attribute.String() != `AttributeName("project_id")` ||
		!strings.Contains(diagnostics[0].Detail, "Check project_id") {
		t.Error(acctest.Texts(diagnostics))
	}
}

func TestPlanReadsTheInstances(t *testing.T) {
	t.Parallel()
	data := acctest.Data(acctest.Samples(3)...)
	data.Projects[acctest.ProjectID].Instances["webshop"] = sandbox.Instance{Results: acctest.Samples(2)}
	_, url := acctest.Serve(t, data)
	const address = "data.atlas_streams_instances.test"
	first := tfjsonpath.New("results").AtSliceIndex(0)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderBlock(url) + acctest.Block(name),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("results"), knownvalue.ListSizeExact(2)),
				statecheck.ExpectKnownValue(address, first.AtMapKey("name"), knownvalue.StringExact("orders")),
				statecheck.ExpectKnownValue(address, first.AtMapKey("stream_config").AtMapKey("tier"), knownvalue.StringExact("SP30")),
				statecheck.ExpectKnownValue(address, first.AtMapKey("failover_regions"), knownvalue.ListExact(nil)),
				statecheck.ExpectKnownValue(address, first.AtMapKey("sample_connections"), knownvalue.Null()),
			},
		}},
	})
}

func textAt(t *testing.T, object tftypes.Value, attribute string) string {
	t.Helper()
	var attributes map[string]tftypes.Value
	var text string
	if err := object.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes[attribute].As(&text); err != nil {
		t.Fatal(err)
	}
	return text
}
