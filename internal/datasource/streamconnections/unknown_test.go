package streamconnections_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

func TestUnknownType(t *testing.T) {
	t.Parallel()
	raw := `{"name": "new", "type": "Quantum", "settings": {"qubits": 3, "spin": [true, null]}, "url": ["a", "b"], "authentication": 7,
		"config": [null], "schemaRegistryUrls": {"a": "b"}}`
	_, url := acctest.Serve(t, acctest.Data(
		json.RawMessage(raw),
		json.RawMessage(`{"name": "newer", "type": "Quantum"}`),
		json.RawMessage(`{"name": "typeless"}`),
		json.RawMessage(`{"name": "sample", "type": "Sample"}`),
	))
	server := acctest.NewServer(t, provider.New("1.2.3"))
	server.ConfigureFor(t, url)

	state, diagnostics := server.Read(t, map[string]tftypes.Value{"include_sensitive": boolean(true)})
	if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning ||
		diagnostics[0].Summary != "Unknown streams connection type" ||
		!strings.Contains(diagnostics[0].Detail, `"Quantum"`) || !strings.Contains(diagnostics[0].Detail, "1.2.3") {
		t.Errorf("diagnostics: %s", acctest.Texts(diagnostics))
	}
	results := resultsOf(t, state)
	settings := acctest.Leaves(t, attributesOf(t, state)["settings_json"])["new"]
	var want, got map[string]any
	if err := json.Unmarshal([]byte(raw), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(settings), &got); err != nil {
		t.Fatalf("settings_json is %q: %v", settings, err)
	}
	delete(got, "links")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings_json (-want +got):\n%s", diff)
	}
	leaves := acctest.Leaves(t, attributesOf(t, state)["settings_json"])
	if diff := cmp.Diff([]string{"new", "newer", "typeless"}, slices.Sorted(maps.Keys(leaves))); diff != "" {
		t.Errorf("names in settings_json (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"name": "sample", "type": "Sample"}, acctest.Leaves(t, results[2])); diff != "" {
		t.Errorf("a known type without settings (-want +got):\n%s", diff)
	}

	_, diagnostics = server.Read(t, map[string]tftypes.Value{"types": set("Sample")})
	if len(diagnostics) > 0 {
		t.Errorf("a connection that is filtered out warns: %s", acctest.Texts(diagnostics))
	}
}
