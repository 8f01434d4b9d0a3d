package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

func TestReadAfterTheProviderIsStoppedIsInterrupted(t *testing.T) {
	t.Parallel()
	for name := range acctest.DataSources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := acctest.Serve(t, acctest.Data(acctest.Samples(1)...))
			p := provider.New("test")
			server := acctest.NewServer(t, p)
			server.ProviderServer = p.Server()
			server.ConfigureFor(t, url)
			if _, err := server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
				t.Fatal(err)
			}

			_, diagnostics := server.ReadFrom(t, name, nil)
			if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, "The read was interrupted.") {
				t.Errorf("%s, want one error that explains what happened", acctest.Texts(diagnostics))
			}
			if got := s.Requests(); len(got) > 0 {
				t.Errorf("sent %v, want nothing", got)
			}

			server.ConfigureFor(t, url)
			if _, diagnostics := server.ReadFrom(t, name, nil); len(diagnostics) > 0 {
				t.Errorf("in the next run: %s", acctest.Texts(diagnostics))
			}
		})
	}
}
