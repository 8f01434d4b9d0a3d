// Package examples_test plans each example with a real CLI against a sandbox, to check that the documentation is correct.
package examples_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
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
		`orders              = "archive-orders, enrich-orders"`, `"invoices",`, `carrier in webshop (missing), payments in webshop (FAILED)`,
		`These private links FAILED: 6650b0f0c2a94d17e6385b06 (The endpoint was rejected.).`,
	},
	"map": {`c2_2[("carrier<br>missing")]`, `c2_8 -. schemas .-> p2_1`},
	"data-sources/atlas_streams_connection/by-name":            {`+ "b-2.orders.kafka.example.com:9096",`},
	"data-sources/atlas_streams_connection/headers":            {`+ authorization = (sensitive value)`, `"https://fraud.example.com/v1/`},
	"data-sources/atlas_streams_connection/ready":              {`cluster_name = "orders"`},
	"data-sources/atlas_streams_connections/all":               {`"https://fraud.example.com/v1/score"`, `AWSLambda      = [`},
	"data-sources/atlas_streams_connections/all-ready":         {`These connections are not READY: payments (FAILED), shipments (PENDING).`},
	"data-sources/atlas_streams_connections/headers":           {`fraud_score_authorization = (sensitive value)`, `"Content-Type",`},
	"data-sources/atlas_streams_connections/kafka":             {`+ "10.8.0.11:9094",`, `+ "10.8.0.12:9094",`},
	"data-sources/atlas_streams_connections/names":             {`names = [ + "analytics-db",`},
	"data-sources/atlas_streams_connections/not-public":        {`These connections are PUBLIC: payments, send-receipt.`},
	"data-sources/atlas_streams_connections/outside-terraform": {`made_outside_terraform = [ + "analytics-db", + "archive", + "fraud-score",`},
	"data-sources/atlas_streams_instances/all":                 {`stores    = "DUBLIN_IRL"`, `webshop   = "VIRGINIA_USA"`},
	"data-sources/atlas_streams_instances/all-ready":           {`not READY: payments in webshop (FAILED), shipments in webshop (PENDING).`},
	"data-sources/atlas_streams_instances/connections":         {`warehouse = { + pickings = [ + "pickings.kafka.example.com:9096",`},
	"data-sources/atlas_streams_private_links/by-connection":   {`private_links = { + archive = [ + "DONE", ] + orders  = [ + "DONE",`},
	"data-sources/atlas_streams_private_links/unused":          {`unused_private_links = [ + "6650b0f0c2a94d17e6385b07", ]`},
	"data-sources/atlas_streams_processors/in-a-check":         {`FAILED: settle payments.`},
	"data-sources/atlas_streams_processors/used-by": {
		`missing   = [ + "carrier", ]`, `not_ready = [ + "payments", + "shipments", ]`, `unused    = []`,
		`orders              = [ + "archive-orders", + "enrich-orders", ]`,
	},
	"data-sources/atlas_streams_processors/without-dlq": {`without_dlq = [ + "archive-orders", + "ship-orders", + "try-solar", ]`},
	"functions/pipeline_connections":                    {`name  = "fraud-score" + role  = "lookup" + stage = "$https"`},
	"guides/before-deployment":                          {`terraform_data.processor will be created`, `+ "Cluster analytics",`},
	"guides/local-name":                                 {`+ total_count = `},
	"guides/mocking":                                    {`cluster_name = "orders"`},
	"guides/per-connection":                             {`terraform_data.kafka["payments"] will be created`, `Plan: 3 to add`},
	"guides/reading-early":                              {`atlas_streams_connections.late will be read during apply`, `+ early = [`},
	"provider/access-token":                             {`+ total_count = `},
	"provider/api-key":                                  {`+ total_count = `},
	"provider/environment":                              {`names = [ + "analytics-db",`},
	government:                                          {`+ total_count = `},
	"provider/service-account":                          {`+ total_count = `},
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

// offline is the only example that sends no request.
const offline = "functions/pipeline_connections"

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
	t.Run(offlineTesting, func(t *testing.T) {
		t.Parallel()
		testModule(t)
	})
}

// testPlan plans an example, then again with connections that have the name of another one.
func testPlan(t *testing.T, folder string, want []string) {
	t.Helper()
	atlas, url := acctest.Serve(t, demo(t))
	scheme, own := authSchemes[folder]
	signIn := signedIn
	if own {
		signIn = variables
	}
	cli := acctest.NewCLIFrom(t, folder)
	cli.Run(t, signIn(url), "validate")
	if requests := atlas.Requests(); len(requests) > 0 {
		t.Errorf("validate sent %d requests", len(requests))
	}
	if folder == government {
		redirect(t, cli.Folder, url)
	}
	plan := cli.Run(t, signIn(url), "plan")
	for _, text := range want {
		if !acctest.Folded(regexp.QuoteMeta(text)).MatchString(plan) {
			t.Errorf("the plan does not contain %q:\n%s", text, plan)
		}
	}
	requests := atlas.Requests()
	if asked := len(requests) > 0; asked == (folder == offline) {
		t.Errorf("the plan sent %d requests", len(requests))
	}
	isSigned := func(r sandbox.Request) bool {
		return r.Endpoint == sandbox.EndpointConnections && r.AuthScheme == scheme
	}
	if own && !slices.ContainsFunc(requests, isSigned) {
		t.Errorf("no request is signed by %s: %v", scheme, requests)
	}

	_, url = acctest.Serve(t, withFailovers(t, demo(t)))
	if folder == government {
		redirect(t, cli.Folder, url)
	}
	cli.Run(t, signIn(url), "plan")
}

func TestMoreThanAPageIsListed(t *testing.T) {
	t.Parallel()
	data := demo(t)
	webshop := data.Projects[projectID].Instances["webshop"]
	webshop.Results = acctest.Samples(612)
	data.Projects[projectID].Instances["webshop"] = webshop
	atlas, url := acctest.Serve(t, data)
	plan := acctest.NewCLIFrom(t, "data-sources/atlas_streams_connections/names").Run(t, signedIn(url), "plan")
	if got := strings.Count(plan, `+ "sample-`); got != 612 {
		t.Errorf("%d names, want 612", got)
	}
	if got := acctest.Count(atlas, sandbox.EndpointConnections); got != 4 { // two pages, read twice
		t.Errorf("%d requests, want 4", got)
	}
}

func TestAMissingRoleForProcessorsIsOnlyAWarningInACheck(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, demo(t))
	account := sandbox.CredentialsWithoutProcessorRole()
	environment := append(variables(url), "MONGODB_ATLAS_ACCESS_TOKEN="+account.AccessToken)
	plan := acctest.NewCLIFrom(t, "data-sources/atlas_streams_processors/in-a-check").Run(t, environment, "plan")
	if want := "Warning: Unable to list stream processors"; !strings.Contains(plan, want) {
		t.Errorf("the plan does not contain %q:\n%s", want, plan)
	}
}

func TestAPipelineThatCannotRunIsNotDeployed(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, demo(t))
	cli := acctest.NewCLIFrom(t, "guides/before-deployment")
	file := filepath.Join(cli.Folder, "main.tf")
	changed := strings.NewReplacer(`"orders", "topic"`, `"payments", "topic"`, `"fraud-score"`, `"schemas"`, `"analytics-db"`, `"carrier"`).
		Replace(read(t, file))
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	output, err := cli.Command(t, signedIn(url), "plan").CombinedOutput()
	const want = `The pipeline cannot run: payments is FAILED; schemas has the type SchemaRegistry, which does not fit \$https; carrier ` +
		`does not exist\.`
	if err == nil || !acctest.Folded(want).Match(output) {
		t.Errorf("%v, want an error that matches %q:\n%s", err, want, output)
	}
}

// TestThePagesShowWhatTheExamplesPrint checks each block of text that follows an example.
func TestThePagesShowWhatTheExamplesPrint(t *testing.T) {
	t.Parallel()
	shown := map[string][]string{} // lines, by the folder of the example
	for _, page := range []string{
		"guides/before-you-change-a-connection", "guides/before-you-deploy-a-processor", "guides/reading-connections",
		"functions/pipeline_connections",
	} {
		folder, isOutput := "", false
		for line := range strings.Lines(read(t, "../templates/"+page+".md.tmpl")) {
			line = strings.TrimSpace(line)
			if file, found := strings.CutPrefix(line, `{{ tffile "examples/`); found {
				folder = path.Dir(file)
			}
			switch {
			case strings.HasPrefix(line, "#"):
				folder = ""
			case line == "```text":
				isOutput = true
			case strings.HasPrefix(line, "```"):
				isOutput = false
			case isOutput && line != "" && folder != "" && !strings.Contains(line, "Read complete"): // which has a time
				shown[folder] = append(shown[folder], line)
			}
		}
	}
	if len(shown) != 5 {
		t.Errorf("output of %d examples, want 5: %v", len(shown), slices.Sorted(maps.Keys(shown)))
	}
	for folder, lines := range shown {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			_, url := acctest.Serve(t, demo(t))
			plan := acctest.NewCLIFrom(t, folder).Run(t, signedIn(url), "plan")
			for _, line := range lines {
				if !acctest.Folded(regexp.QuoteMeta(line)).MatchString(plan) {
					t.Errorf("a page shows a line that the plan does not contain: %s\n%s", line, plan)
				}
			}
		})
	}
}

func TestTheReadmeShowsTheFirstExample(t *testing.T) {
	t.Parallel()
	const folder = "data-sources/atlas_streams_connections/names"
	_, url := acctest.Serve(t, demo(t))
	readme, plan := read(t, "../README.md"), acctest.NewCLIFrom(t, folder).Run(t, signedIn(url), "plan")
	if !strings.Contains(readme, "```terraform\n"+read(t, folder+"/main.tf")+"```\n") {
		t.Error("README.md does not show the example as it is")
	}
	_, output, _ := strings.Cut(plan, "Changes to Outputs:\n")
	output, _, found := strings.Cut(output, "\n\n")
	if !found || !strings.Contains(readme, "```text\nChanges to Outputs:\n"+output+"\n```\n") {
		t.Errorf("README.md does not show the output of the example:\n%s", output)
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

func TestASingleConnectionCanBeMocked(t *testing.T) {
	t.Parallel()
	output := acctest.NewCLIFrom(t, "guides/mocking").Run(t, nil, "test")
	if want := "2 passed, 0 failed"; !strings.Contains(output, want) {
		t.Errorf("the output does not contain %q:\n%s", want, output)
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
