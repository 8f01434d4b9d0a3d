package streamconnections_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// The tests in this file run Terraform or OpenTofu: the command in TF_ACC_TERRAFORM_PATH, or terraform on the PATH.

const address = "data.atlas_streams_connections.test"

func TestPlanReadsEveryType(t *testing.T) {
	t.Parallel()
	all := fixtures.All(t)
	_, url := acctest.Serve(t, acctest.Data(slices.Collect(maps.Values(all))...))
	types := slices.Sorted(maps.Keys(all))

	names := make([]knownvalue.Check, len(types))
	checks := []statecheck.StateCheck{
		statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(acctest.ProjectID+"/"+acctest.InstanceName)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("total_count"), knownvalue.Int64Exact(int64(len(types)))),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("results"), knownvalue.ListSizeExact(len(types))),
	}
	for i, typ := range types {
		names[i] = knownvalue.StringExact(typ + "-name")
		result := tfjsonpath.New("results").AtSliceIndex(i)
		checks = append(checks, statecheck.ExpectKnownValue(address, result.AtMapKey("type"), knownvalue.StringExact(typ)))
		for other, fixture := range all {
			attribute := attributeOfType(other)
			if !hasSettings(t, fixture) {
				continue
			}
			var check knownvalue.Check = knownvalue.Null()
			if other == typ {
				check = knownvalue.NotNull()
			}
			checks = append(checks, statecheck.ExpectKnownValue(address, result.AtMapKey(attribute), check))
		}
	}
	kafka := tfjsonpath.New("results").AtSliceIndex(slices.Index(types, "Kafka")).AtMapKey("kafka")
	checks = append(checks,
		statecheck.ExpectKnownOutputValue("names", knownvalue.ListExact(names)),
		statecheck.ExpectKnownValue(address, kafka.AtMapKey("authentication").AtMapKey("aws").AtMapKey("role_arn"),
			knownvalue.StringExact("Kafka-authentication-aws-roleArn")),
		statecheck.ExpectKnownValue(address, kafka.AtMapKey("config"), knownvalue.MapExact(map[string]knownvalue.Check{
			"Kafka-config.key.1": knownvalue.StringExact("Kafka-config-value-1"),
			"Kafka-config.key.2": knownvalue.StringExact("Kafka-config-value-2"),
		})),
		statecheck.ExpectSensitiveValue(address, tfjsonpath.New("https_headers")),
		statecheck.ExpectSensitiveValue(address, tfjsonpath.New("settings_json")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("settings_json"), knownvalue.MapExact(nil)),
	)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderBlock(url) + acctest.Override(acctest.DataBlock(), "include_sensitive = true") + `
				output "names" {
				  value = [for c in data.atlas_streams_connections.test.results : c.name]
				}`,
			ConfigStateChecks: checks,
		}},
	})
}

func TestPlanOfAnEmptyInstance(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Data())
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderBlock(url) + acctest.DataBlock(),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("results"), knownvalue.ListExact(nil)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("total_count"), knownvalue.Int64Exact(0)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("https_headers"), knownvalue.Null()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("settings_json"), knownvalue.Null()),
			},
		}},
	})
}

// badInput are arguments that must cause an error before any request.
var badInput = map[string]struct {
	arguments []string
	want      []string
}{
	"project id too short":        {[]string{`project_id = "32b6e34b3d91647abb20e7b"`}, []string{"project_id", "24 hexadecimal digits"}},
	"project id in upper case":    {[]string{`project_id = "32B6E34B3D91647ABB20E7B8"`}, []string{"project_id", "24 hexadecimal digits"}},
	"project id with a line more": {[]string{`project_id = "32b6e34b3d91647abb20e7b8\n"`}, []string{"project_id", "24 hexadecimal digits"}},
	"project id missing":          {[]string{`project_id = null`}, []string{"project_id"}},
	"both names":                  {[]string{`workspace_name = "orders"`}, []string{"instance_name", "workspace_name"}},
	"neither name":                {[]string{`instance_name = null`}, []string{"instance_name", "workspace_name"}},
	"empty instance name":         {[]string{`instance_name = ""`}, []string{"instance_name", "must not be empty"}},
	"instance name dot":           {[]string{`instance_name = "."`}, []string{"instance_name", `"\."`}},
	"instance name dot dot":       {[]string{`instance_name = ".."`}, []string{"instance_name", `"\.\."`}},
	"control character":           {[]string{`instance_name = "a\u0007b"`}, []string{"instance_name", "control characters"}},
	"empty workspace name":        {[]string{`instance_name = null`, `workspace_name = ""`}, []string{"workspace_name", "must not be empty"}},
	"workspace name dot dot":      {[]string{`instance_name = null`, `workspace_name = ".."`}, []string{"workspace_name", `"\.\."`}},
	"workspace name with newline": {[]string{`instance_name = null`, `workspace_name = "a\nb"`},
		[]string{"workspace_name", "control characters"}},
	"regular expression":    {[]string{`name_regex = "a("`}, []string{"name_regex", "Invalid regular expression", "missing closing"}},
	"look-ahead":            {[]string{`name_regex = "(?!a)"`}, []string{"name_regex", "Invalid regular expression", "RE2"}},
	"page size zero":        {[]string{`items_per_page = 0`}, []string{"items_per_page", "between 1 and 500"}},
	"page size 501":         {[]string{`items_per_page = 501`}, []string{"items_per_page", "between 1 and 500"}},
	"page size 1.5":         {[]string{`items_per_page = 1.5`}, []string{"items_per_page"}},
	"page number zero":      {[]string{`page_num = 0`}, []string{"page_num", "between 1 and"}},
	"page number too large": {[]string{`page_num = 2147483648`}, []string{"page_num", "between 1 and"}},
	"no type":               {[]string{`types = []`}, []string{"types", "at least 1"}},
	"empty type":            {[]string{`types = [""]`}, []string{"types", "at least 1"}},
	"null type":             {[]string{`types = [null]`}, []string{"types", "(?i)null"}},
	"misspelled type":       {[]string{`types = ["Kafka", "kafka"]`}, []string{"types", "Misspelled streams connection type", `"Kafka"\?`}},
	"timeout":               {[]string{`timeouts = { read = "soon" }`}, []string{"timeouts.read", "soon", "at least one second"}},
	"negative timeout":      {[]string{`timeouts = { read = "-1m" }`}, []string{"timeouts.read", "-1m", "at least one second"}},
}

func TestBadInputIsAnErrorBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	for name, test := range badInput {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := acctest.Serve(t, acctest.Data())
			for _, want := range test.want {
				resource.UnitTest(t, resource.TestCase{
					ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
					Steps: []resource.TestStep{{
						Config:      acctest.ProviderBlock(url) + acctest.Override(acctest.DataBlock(), test.arguments...),
						ExpectError: acctest.Folded(want),
					}},
				})
			}
			if got := len(s.Requests()); got != 0 {
				t.Errorf("%d requests, want none", got)
			}
		})
	}
}

func TestAtlasErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	accounts := map[string]sandbox.Credentials{
		"reader": sandbox.DefaultCredentials(),
		"norole": sandbox.CredentialsWithoutRole(),
		"nolist": sandbox.CredentialsOffAccessList(),
	}
	for name, test := range map[string]struct {
		account   string
		arguments []string
		want      []string
	}{
		"wrong secret": {"wrong", nil, []string{"401", "invalid_client", "client_id and client_secret"}},
		"no role":      {"norole", nil, []string{"401", "USER_UNAUTHORIZED", "roles in the project.*Project Owner"}},
		"off the list": {"nolist", nil, []string{"403", "IP_ADDRESS_NOT_ON_ACCESS_LIST", "IP access list"}},
		"no project": {"reader", []string{`project_id = "ffffffffffffffffffffffff"`},
			[]string{"404", "GROUP_NOT_FOUND", "ffffffffffffffffffffffff", "Check project_id"}},
		"no instance": {"reader", []string{`instance_name = "ordesr"`},
			[]string{"404", "STREAM_TENANT_NOT_FOUND_FOR_NAME", "ordesr", `Check instance_name: the project has .* "orders"`}},
		"no workspace": {"reader", []string{`instance_name = null`, `workspace_name = "ordesr"`}, []string{"Check workspace_name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, url := acctest.Serve(t, acctest.Data())
			credentials, ok := accounts[test.account]
			if !ok {
				credentials = accounts["reader"]
				credentials.ClientSecret = accounts["norole"].ClientSecret
			}
			block := fmt.Sprintf("provider \"atlas\" {\n  base_url = %q\n  client_id = %q\n  client_secret = %q\n}\n",
				url, credentials.ClientID, credentials.ClientSecret)
			pattern := strings.Join(append([]string{"Unable to list streams connections"}, test.want...), `.*?`)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
				Steps: []resource.TestStep{{
					Config:      block + acctest.Override(acctest.DataBlock(), test.arguments...),
					ExpectError: acctest.Folded(pattern),
				}},
			})
		})
	}
}
