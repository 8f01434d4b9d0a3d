// Package examples_test plans each example with a real CLI against a sandbox, to check that the documentation is correct.
package examples_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// plans are the examples, and text that their plans must contain.
var plans = map[string][]string{
	"demo": {
		`Https                 = 121`, `"webshop/orders"     = [`, `"b-2.orders.kafka.example.com:9096"`,
		`{"stores/munich-stock":"PENDING","webshop/payments":"FAILED","webshop/shipments":"PENDING"}`,
	},
	"data-sources/atlas_streams_connection/by-name":          {`+ "b-2.orders.kafka.example.com:9096",`},
	"data-sources/atlas_streams_connection/headers":          {`+ authorization = (sensitive value)`, `"https://fraud.example.com/v1/score"`},
	"data-sources/atlas_streams_connection/ready":            {`cluster_name = "orders"`},
	"data-sources/atlas_streams_connections/all":             {`analytics-db        = {`, `https://fraud.example.com/v1/score`},
	"data-sources/atlas_streams_connections/all-ready":       {`not READY: {"payments":"FAILED","shipments":"PENDING"}`},
	"data-sources/atlas_streams_connections/headers":         {`fraud_score_authorization = (sensitive value)`, `"Content-Type",`},
	"data-sources/atlas_streams_connections/kafka":           {`+ "10.8.0.11:9094",`, `+ "10.8.0.12:9094",`},
	"data-sources/atlas_streams_connections/without-secrets": {`header_names`},
	"data-sources/atlas_streams_instances/all":               {`stores    = "DUBLIN_IRL"`, `webshop   = "VIRGINIA_USA"`},
	"data-sources/atlas_streams_instances/all-ready":         {`not READY: stores/munich-stock, webshop/payments,`},
	"data-sources/atlas_streams_instances/connections":       {`"stores/checkouts"   = [`, `"webshop/orders"     = [`},
	"guides/local-name":                                      {`+ total_count = `},
	"guides/per-connection":                                  {`terraform_data.kafka["payments"] will be created`, `Plan: 3 to add`},
	"guides/reading-early":                                   {`atlas_streams_connections.late will be read during apply`, `+ early = [`},
	"provider/access-token":                                  {`+ total_count = `},
	"provider/api-key":                                       {`+ total_count = `},
	"provider/environment":                                   {`fraud-score         = "READY"`},
	government:                                               {`+ total_count = `},
	"provider/service-account":                               {`+ total_count = `},
}

// authSchemes are the authentication schemes of the examples that set credentials.
var authSchemes = map[string]string{
	"provider/access-token":    "bearer",
	"provider/api-key":         "digest",
	"provider/service-account": "bearer",
}

// government is the only example that sets a server.
const government = "provider/government"

// offlineTesting is the only example that is tested, not planned.
const offlineTesting = "offline-testing"

func TestMain(m *testing.M) { acctest.Main(m) }

func TestExamples(t *testing.T) {
	t.Parallel()
	for folder, want := range plans {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			testPlan(t, folder, want)
		})
	}
	t.Run("are formatted", func(t *testing.T) {
		t.Parallel()
		acctest.NewCLIFrom(t, ".").Run(t, nil, "fmt", "-check", "-diff", "-recursive")
	})
	t.Run("are in the README as they are", func(t *testing.T) {
		t.Parallel()
		testReadme(t)
	})
	t.Run(offlineTesting, func(t *testing.T) {
		t.Parallel()
		testModule(t)
	})
}

func testPlan(t *testing.T, folder string, want []string) {
	t.Helper()
	atlas, url := serve(t)
	scheme, own := authSchemes[folder]
	environment := signedIn(url)
	if own {
		environment = variables(url)
	}
	cli := acctest.NewCLIFrom(t, folder)
	cli.Run(t, environment, "validate")
	if requests := atlas.Requests(); len(requests) > 0 {
		t.Errorf("validate sent %d requests", len(requests))
	}
	if folder == government {
		redirect(t, cli.Folder, url)
	}
	plan := cli.Run(t, environment, "plan")
	for _, text := range want {
		if !strings.Contains(plan, text) {
			t.Errorf("the plan does not say %q:\n%s", text, plan)
		}
	}
	asked := slices.DeleteFunc(atlas.Requests(), func(r sandbox.Request) bool { return r.Endpoint != sandbox.EndpointConnections })
	if own && !slices.ContainsFunc(asked, func(r sandbox.Request) bool { return r.AuthScheme == scheme }) {
		t.Errorf("no request is signed by %s: %v", scheme, asked)
	}
}

// redirect overrides the server of the provider block in folder with url.
func redirect(t *testing.T, folder, url string) {
	t.Helper()
	override := fmt.Sprintf("provider \"atlas\" {\n  base_url = %q\n}\n", url)
	if err := os.WriteFile(filepath.Join(folder, "override.tf"), []byte(override), 0o600); err != nil {
		t.Fatal(err)
	}
}

// testReadme checks the excerpt of the demo in the README.
func testReadme(t *testing.T) {
	t.Helper()
	readme, configuration := read(t, "../README.md"), read(t, "demo/main.tf")
	_, excerpt, _ := strings.Cut(readme, "```terraform\n")
	excerpt, _, _ = strings.Cut(excerpt, "```")
	if excerpt == "" || !strings.HasSuffix(configuration, excerpt) {
		t.Errorf("README.md shows another configuration than demo/main.tf:\n%s", excerpt)
	}
}

// testModule runs the commands of the guide to testing offline, first with a correct module, then with an incorrect one.
func testModule(t *testing.T) {
	t.Helper()
	cli := acctest.NewCLIFrom(t, offlineTesting)
	test := func() (string, error) {
		output, err := cli.CommandUnderSandbox(t, "tests/connections.json", "test").CombinedOutput()
		return string(output), err
	}
	output, err := test()
	if err != nil || !strings.Contains(output, "3 passed, 0 failed") {
		t.Errorf("%v\n%s", err, output)
	}
	for line := range strings.Lines(read(t, "../templates/guides/testing-modules-offline.md.tmpl")) {
		if strings.HasPrefix(line, `  run "`) && !strings.Contains(output, line) {
			t.Errorf("the guide shows a line that the CLI does not print: %s%s", line, output)
		}
	}

	const condition = ` && (c.state == null || c.state == "READY")`
	file := filepath.Join(cli.Folder, "main.tf")
	right := read(t, file)
	wrong := strings.Replace(right, condition, "", 1)
	if wrong == right {
		t.Fatalf("%s does not contain %q", file, condition)
	}
	if err := os.WriteFile(file, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := test(); err == nil || !strings.Contains(output, "2 passed, 1 failed") {
		t.Errorf("%v\n%s", err, output)
	}
}

func TestEveryExampleIsTested(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".tf" {
			found[path.Dir(name)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	tested := append(slices.Collect(maps.Keys(plans)), offlineTesting)
	slices.Sort(tested)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(found)), tested); diff != "" {
		t.Errorf("folders with a configuration (-), folders tested here (+):\n%s", diff)
	}
}
