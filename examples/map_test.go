package examples_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// drawMap returns what the commands of the guide print for data.
func drawMap(t *testing.T, data *sandbox.Data, arguments ...string) string {
	t.Helper()
	_, url := acctest.Serve(t, data)
	cli := acctest.NewCLIFrom(t, "map")
	cli.Run(t, signedIn(url), append([]string{"apply", "-auto-approve"}, arguments...)...)
	return cli.Run(t, nil, "output", "-raw", "map")
}

func TestTheMapInTheReadmeIsTheOneThatTheExampleDraws(t *testing.T) {
	t.Parallel()
	_, block, _ := strings.Cut(read(t, "../README.md"), "```mermaid\n")
	block, _, found := strings.Cut(block, "```")
	if !found {
		t.Fatal("README.md has no Mermaid diagram")
	}
	if diff := cmp.Diff(block, drawMap(t, demo(t))); diff != "" {
		t.Errorf("README.md (-), example (+):\n%s", diff)
	}
}

func TestTheMapShowsEveryName(t *testing.T) {
	t.Parallel()
	shown := map[string]string{
		`say "hi"`:       "say #quot;hi#quot;",
		"#35;":           "#35;35;",
		"<b>a & b</b>":   "#lt;b#gt;a #amp; b#lt;/b#gt;",
		"`a`":            "#96;a#96;",
		"%%{init: {}}%%": "#37;#37;{init: {}}#37;#37;",
		`a\nb`:           "a#92;#8203;nb",
		"a[b](c){d}|e;":  "a[b](c){d}|e;",
		"größe 東京":       "größe 東京",
		"end":            "end",
		"a  b":           "a  b",
	}
	instance := sandbox.Instance{Results: []json.RawMessage{}}
	for i, name := range slices.Sorted(maps.Keys(shown)) {
		quoted, err := json.Marshal(name)
		if err != nil {
			t.Fatal(err)
		}
		instance.Results = append(instance.Results, json.RawMessage(fmt.Sprintf(`{"name": %s, "type": "Sample"}`, quoted)))
		instance.Processors = append(instance.Processors, json.RawMessage(fmt.Sprintf(
			`{"_id": "6650b2a47d90e1c35f84%04x", "name": %[2]s, "state": "STARTED", "pipeline": [{"$source": {"connectionName": %[2]s}}]}`,
			i, quoted)))
	}
	got := drawMap(t, &sandbox.Data{Projects: map[string]sandbox.Project{
		projectID: {Instances: map[string]sandbox.Instance{`"in" <stance>`: instance}},
	}})
	for name, want := range shown {
		for _, node := range []string{`[("` + want + `<br>Sample")]`, `("` + want + `<br>STARTED")`} {
			if !strings.Contains(got, node+"\n") {
				t.Errorf("%q is not shown as %s:\n%s", name, node, got)
			}
		}
	}
	if want := `  subgraph i0 ["#quot;in#quot; #lt;stance#gt;"]`; !strings.Contains(got, want) {
		t.Errorf("the instance is not shown as %s:\n%s", want, got)
	}
	if arrows := strings.Count(got, " --> "); arrows != len(shown) {
		t.Errorf("%d arrows, want %d:\n%s", arrows, len(shown), got)
	}
}

func TestTheMapOfOneInstanceShowsOnlyThat(t *testing.T) {
	t.Parallel()
	got := drawMap(t, demo(t), `-var=instances=["warehouse"]`)
	if strings.Count(got, "subgraph") != 1 || !strings.Contains(got, `["warehouse"]`) {
		t.Errorf("another map than that of warehouse:\n%s", got)
	}
}

// The private links of the other instances would look unused.
func TestTheMapOfOneInstanceShowsOnlyItsPrivateLinks(t *testing.T) {
	t.Parallel()
	got := drawMap(t, demo(t), `-var=instances=["webshop"]`)
	if strings.Count(got, "<br>private link ") != 2 || strings.Contains(got, "unused") {
		t.Errorf("other private links than the two of webshop:\n%s", got)
	}
}

func TestTheMapRefusesAnInstanceThatDoesNotExist(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, demo(t))
	output, err := acctest.NewCLIFrom(t, "map").Command(t, signedIn(url), "plan", `-var=instances=["webshopp","webshop"]`).CombinedOutput()
	if want := "The project has no instance webshopp."; err == nil || !acctest.Folded(want).Match(output) {
		t.Errorf("%v, want an error that matches %q:\n%s", err, want, output)
	}
}

func TestTheMapRefusesAProjectThatIsTooLargeForMermaid(t *testing.T) {
	t.Parallel()
	var processors []json.RawMessage
	for i := range 251 { // with two edges each
		processors = append(processors, json.RawMessage(fmt.Sprintf(`{"_id": "6650b2a47d90e1c35f84%04x", "name": "p%d", "state": "STARTED", `+
			`"pipeline": [{"$source": {"connectionName": "a"}}, {"$emit": {"connectionName": "b"}}]}`, i, i)))
	}
	_, url := acctest.Serve(t, &sandbox.Data{Projects: map[string]sandbox.Project{
		projectID: {Instances: map[string]sandbox.Instance{"webshop": {Results: []json.RawMessage{}, Processors: processors}}},
	}})
	output, err := acctest.NewCLIFrom(t, "map").Command(t, signedIn(url), "plan").CombinedOutput()
	const want = `The project is too large for Mermaid, which draws at most 500 edges and 50,000 characters. Set instances, such as ` +
		`instances = \["webshop"\]`
	if err == nil || !acctest.Folded(want).Match(output) {
		t.Errorf("%v, want an error that matches %q:\n%s", err, want, output)
	}
}
