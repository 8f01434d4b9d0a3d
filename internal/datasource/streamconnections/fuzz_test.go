package streamconnections_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// FuzzConnection reads a listing with any element. The read ends with a state that the protocol can encode or with an error,
// never with both.
func FuzzConnection(f *testing.F) {
	for _, fixture := range fixtures.All(f) {
		f.Add([]byte(fixture))
	}
	for _, seed := range []string{
		`{"name": "a", "type": "Quantum", "url": ["b"]}`, `{"name": "a\u0000b", "type": ""}`, `{"name": "é", "type": null}`,
		`{"name": "a", "type": "Https", "headers": {"": null, "a": "b"}}`, `null`, `[]`, `{"name": "a"}, {"name": "a"}`,
	} {
		f.Add([]byte(seed))
	}
	var page atomic.Value
	atlas := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"results": [%s]}`, page.Load())
	}))
	f.Cleanup(atlas.Close)
	server := acctest.NewServer(f, provider.New("test"))
	if diagnostics := server.Configure(f, map[string]tftypes.Value{
		"base_url": acctest.String(atlas.URL), "access_token": acctest.String("a-token-of-this-test"),
	}); len(diagnostics) > 0 {
		f.Fatal(acctest.Texts(diagnostics))
	}
	f.Fuzz(func(t *testing.T, connection []byte) {
		page.Store(connection)
		state, diagnostics := server.Read(t, map[string]tftypes.Value{"include_sensitive": boolean(true)})
		failed := false
		for _, d := range diagnostics {
			failed = failed || d.Severity == tfprotov6.DiagnosticSeverityError
		}
		if failed {
			var attributes map[string]tftypes.Value
			if err := state.As(&attributes); err != nil || !attributes["results"].IsNull() {
				t.Errorf("an error and results: %v, %v", attributes["results"], err)
			}
			return
		}
		for _, result := range resultsOf(t, state) {
			if leaves := acctest.Leaves(t, result); leaves["name"] == "" {
				t.Errorf("a result has no name: %v", leaves)
			}
		}
	})
}
