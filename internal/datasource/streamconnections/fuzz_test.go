package streamconnections_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// FuzzConnection takes one element of a listing, whatever it is, through a whole read: it ends in a state that the
// protocol can carry or in an error, and never in both.
func FuzzConnection(f *testing.F) {
	for _, fixture := range fixtures(f) {
		f.Add([]byte(fixture))
	}
	for _, seed := range []string{
		`{"name": "a", "type": "Quantum", "url": ["b"]}`, `{"name": "a\u0000b", "type": ""}`, `{"name": "é", "type": null}`,
		`{"name": "a", "type": "Https", "headers": {"": null, "a": "b"}}`, `null`, `[]`, `{"name": "a"}, {"name": "a"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, connection []byte) {
		atlas := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"results": [` + string(connection) + `]}`))
		}))
		defer atlas.Close()
		server := acctest.NewServer(t, provider.New("test"))
		if diagnostics := server.Configure(t, map[string]tftypes.Value{
			"base_url": acctest.String(atlas.URL), "access_token": acctest.String("a-token-of-this-test"),
		}); len(diagnostics) > 0 {
			t.Fatal(acctest.Texts(diagnostics))
		}
		state, diagnostics := server.Read(t, nil)
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
