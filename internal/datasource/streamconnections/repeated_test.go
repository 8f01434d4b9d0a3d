package streamconnections_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// A failover connection has the name of its primary connection and another ID.
func TestMapsContainTheFirstConnectionOfAName(t *testing.T) {
	t.Parallel()
	connections := []json.RawMessage{
		[]byte(`{"id": "3", "name": "twice", "type": "Https", "headers": {"X": "third"}}`),
		[]byte(`{"id": "1", "name": "twice", "type": "Kafka"}`),
		[]byte(`{"id": "2", "name": "twice", "type": "Https", "headers": {"X": "second"}}`),
		[]byte(`{"id": "5", "name": "twice", "type": "Quantum", "n": 5}`),
		[]byte(`{"id": "4", "name": "twice", "type": "Quantum", "n": 4}`),
		[]byte(`{"id": "6", "name": "cafe` + "\u0301" + `", "type": "Https", "headers": {"X": "decomposed"}}`),
		[]byte(`{"id": "7", "name": "caf` + "\u00e9" + `", "type": "Https", "headers": {"X": "composed"}}`),
	}
	_, url := acctest.Serve(t, acctest.Data(connections...))
	server := acctest.NewServer(t, provider.New("test"))
	server.ConfigureFor(t, url)
	state, diagnostics := server.Read(t, map[string]tftypes.Value{"include_sensitive": boolean(true)})
	if len(diagnostics) != 1 || len(resultsOf(t, state)) != len(connections) { // and the warning of the unknown type
		t.Fatalf("%d results: %s", len(resultsOf(t, state)), acctest.Texts(diagnostics))
	}
	attributes := attributesOf(t, state)
	want := map[string]string{"twice.X": "second", "caf\u00e9.X": "decomposed"}
	if diff := cmp.Diff(want, acctest.Leaves(t, attributes["https_headers"])); diff != "" {
		t.Errorf("https_headers (-want +got):\n%s", diff)
	}
	want = map[string]string{"twice": `{"id":"4","n":4,"name":"twice","type":"Quantum"}`}
	if diff := cmp.Diff(want, acctest.Leaves(t, attributes["settings_json"])); diff != "" {
		t.Errorf("settings_json (-want +got):\n%s", diff)
	}
}
