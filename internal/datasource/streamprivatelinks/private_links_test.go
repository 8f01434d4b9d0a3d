package streamprivatelinks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const name = "atlas_streams_private_links"

func TestWrongShapesAreErrorsThatNameThePrivateLinkAndTheField(t *testing.T) {
	t.Parallel()
	const body = `{"results": [{"_id": "6a7941d322c88faeba59c585", "dnsSubDomain": "secret"}]}`
	_, url := acctest.Serve(t, acctest.Answering(acctest.Data(), sandbox.Answer{Body: new(body), Times: -1}))
	server := acctest.NewServer(t, provider.New("test"))
	server.ConfigureFor(t, url)
	state, diagnostics := server.ReadFrom(t, name, nil)
	const want = `private link "6a7941d322c88faeba59c585": dnsSubDomain is a string, not a list.`
	if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, want) ||
		strings.Contains(diagnostics[0].Detail, "secret") || strings.Contains(diagnostics[0].Detail, "name_regex") {
		t.Errorf("does not say only %s: %s", want, acctest.Texts(diagnostics))
	}
	var attributes map[string]tftypes.Value
	if err := state.As(&attributes); err != nil || !attributes["results"].IsNull() {
		t.Errorf("an error and results: %s, %v", attributes["results"], err)
	}
}

func TestPrivateLinksHaveNoNameToFilter(t *testing.T) {
	t.Parallel()
	if _, ok := acctest.NewServer(t, provider.New("test")).TypeOf(name).AttributeTypes["name_regex"]; ok {
		t.Error("has the argument name_regex")
	}
}

func TestPlanReadsThePrivateLinks(t *testing.T) {
	t.Parallel()
	data := acctest.Data()
	project := data.Projects[acctest.ProjectID]
	project.PrivateLinks = []json.RawMessage{
		[]byte(`{"_id": "6a7941d322c88faeba59c586", "provider": "AWS", "state": "FAILED", "errorMessage": "The endpoint was rejected."}`),
		[]byte(`{"_id": "6a7941d322c88faeba59c585", "provider": "AZURE", "state": "IDLE", "dnsSubDomain": []}`),
	}
	data.Projects[acctest.ProjectID] = project
	_, url := acctest.Serve(t, data)
	const address = "data.atlas_streams_private_links.test"
	results := tfjsonpath.New("results")
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderBlock(url) + acctest.Block(name),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(acctest.ProjectID)),
				statecheck.ExpectKnownValue(address, results, knownvalue.ListSizeExact(2)),
				statecheck.ExpectKnownValue(address, results.AtSliceIndex(0).AtMapKey("id"), knownvalue.StringExact("6a7941d322c88faeba59c585")),
				statecheck.ExpectKnownValue(address, results.AtSliceIndex(0).AtMapKey("dns_sub_domain"), knownvalue.ListExact(nil)),
				statecheck.ExpectKnownValue(address, results.AtSliceIndex(0).AtMapKey("error_message"), knownvalue.Null()),
				statecheck.ExpectKnownValue(address, results.AtSliceIndex(1).AtMapKey("error_message"),
					knownvalue.StringExact("The endpoint was rejected.")),
			},
		}},
	})
}
