package streamconnections_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

func TestFieldsOfOtherShapesAreRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		connection string
		want       map[string]string
	}{
		"a field of another type": {`{"name": "a", "type": "Https", "url": "u", "authentication": "NONE"}`,
			map[string]string{"name": "a", "type": "Https", "https.url": "u"}},
		"settings of a type without any": {`{"name": "a", "type": "Sample", "config": {"n": 1}}`,
			map[string]string{"name": "a", "type": "Sample"}},
		"numbers and booleans as text": {`{"name": "a", "type": "Kafka", "config": {"session.timeout.ms": 45000, "debug": true}, "region": 1}`,
			map[string]string{"name": "a", "type": "Kafka", "region": "1", "kafka.config.session.timeout.ms": "45000",
				"kafka.config.debug": "true"}},
		"unknown fields": {`{"name": "a", "type": "Cluster", "clusterName": "c", "CLUSTERNAME": {}, "new": [{}]}`,
			map[string]string{"name": "a", "type": "Cluster", "cluster.cluster_name": "c"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, acctest.Leaves(t, readOne(t, json.RawMessage(test.connection)))); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWrongShapesAreErrorsThatNameTheConnectionAndTheField(t *testing.T) {
	t.Parallel()
	const good = `{"name": "good", "type": "Sample"}`
	for name, test := range map[string]struct {
		connection, want string
	}{
		"object for text": {`{"name": "odd", "type": "Https", "url": {"secret": 1}}`,
			`"odd" of the type "Https": url is an object, not a string.`},
		"text for object": {`{"name": "odd", "type": "Kafka", "networking": {"access": "secret"}}`,
			`"odd" of the type "Kafka": networking.access is a string, not an object.`},
		"value of a map": {`{"name": "odd", "type": "Kafka", "config": {"secret": ["secret"]}}`,
			`"odd" of the type "Kafka": config.* is a list, not a string.`},
		"headers": {`{"name": "odd", "type": "Https", "headers": ["secret"]}`, `"odd" of the type "Https": headers is a list, not an object.`},
		"value of a header": {`{"name": "odd", "type": "Https", "headers": {"secret": {"secret": 1}}}`,
			`"odd" of the type "Https": headers.* is an object, not a string.`},
		"deep": {`{"name": "odd", "type": "Kafka", "authentication": {"aws": {"roleArn": [1]}}}`,
			`"odd" of the type "Kafka": authentication.aws.roleArn is a list, not a string.`},
		"field of all types": {`{"name": "odd", "type": "Quantum", "state": ["secret"]}`,
			`"odd" of the type "Quantum": state is a list, not a string.`},
		"name that alters a terminal": {`{"name": "o\u001b[2Jdd", "type": "Https", "url": []}`,
			`"o [2Jdd" of the type "Https": url is a list`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, url := acctest.Serve(t, acctest.Data(json.RawMessage(good), json.RawMessage(test.connection)))
			server := acctest.NewServer(t, provider.New("test"))
			server.ConfigureFor(t, url)
			state, diagnostics := server.Read(t, map[string]tftypes.Value{"include_sensitive": boolean(true)})
			if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, test.want) {
				t.Fatalf("%q, want %s", acctest.Texts(diagnostics), test.want)
			}
			if !attributesOf(t, state)["results"].IsNull() {
				t.Error("an error and results")
			}
			if strings.Contains(diagnostics[0].Detail, "secret") {
				t.Errorf("the error shows what the server sent: %s", diagnostics[0].Detail)
			}

			state, diagnostics = server.Read(t, map[string]tftypes.Value{"name_regex": acctest.String("^good$")})
			if len(diagnostics) > 0 || len(resultsOf(t, state)) != 1 {
				t.Errorf("a connection that the filters exclude fails the read: %s", acctest.Texts(diagnostics))
			}
		})
	}
}

// A field whose name differs in case is another field.
func TestConnectionsWithoutATypeAreThoseOfAnUnknownOne(t *testing.T) {
	t.Parallel()
	const odd = `{"name": "odd", "TYPE": "Https", "url": "u"}`
	_, url := acctest.Serve(t, acctest.Data(json.RawMessage(odd)))
	server := acctest.NewServer(t, provider.New("test"))
	server.ConfigureFor(t, url)
	state, diagnostics := server.Read(t, nil)
	if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning ||
		diagnostics[0].Summary != "Unknown streams connection type" || !strings.Contains(diagnostics[0].Detail, `"(none)"`) {
		t.Errorf("want one warning: %q", acctest.Texts(diagnostics))
	}
	if got := resultsOf(t, state); len(got) != 1 {
		t.Errorf("%d results, want 1", len(got))
	}
}
