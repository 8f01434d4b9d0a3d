package atlas

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// Servers choose HTTP/2 if a client offers it. If the client then sends HTTP/1.1, it gets no answer.
func TestReadsOverTLS(t *testing.T) {
	t.Parallel()
	for name, http2 := range map[string]bool{"server of HTTP/1.1": false, "server of HTTP/2 too": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandbox.New(virtual.Data(501))
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Proto != "HTTP/1.1" {
					t.Errorf("got a request by %s", r.Proto)
				}
				s.ServeHTTP(w, r)
			}))
			server.EnableHTTP2 = http2
			server.StartTLS()
			t.Cleanup(server.Close)

			base := newBaseTransport(nil)
			if base.TLSClientConfig == nil {
				base.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
			}
			base.TLSClientConfig.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs //nolint:forcetypeassert // httptest's
			client, err := New(Config{BaseURL: mustParse(t, server.URL), Credentials: testServiceAccount(), Base: base})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { client.Close(t.Context()) })
			if names, err := read(t.Context(), client); err != nil || len(names) != 501 {
				t.Errorf("got %v", err)
			}
		})
	}
}
