package acceptance

import (
	"bytes"
	"fmt"
	"os/exec"
	"testing"

	"github.com/hashicorp/go-plugin"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// After an interrupt, Terraform can send a read just after it has stopped the provider.
func TestProcessInterruptsAReadAfterItIsStopped(t *testing.T) {
	t.Parallel()
	s, url := acctest.Serve(t, acctest.Data())
	client := plugin.NewClient(pluginConfig(exec.CommandContext(t.Context(), acctest.Build(t).Provider))) //nolint:gosec // built here
	t.Cleanup(client.Kill)
	conn := connect(t, client)
	credentials := sandbox.DefaultCredentials()
	call(t, conn, "ConfigureProvider", message{2: config(fmt.Sprintf(`{"base_url": %q, "client_id": %q, "client_secret": %q}`,
		url, credentials.ClientID, credentials.ClientSecret))})
	call(t, conn, "StopProvider", message{})
	if response := invoke(t, conn, "ReadDataSource", listing()); !bytes.Contains(response, []byte("The read was interrupted.")) {
		t.Errorf("%q, want an error that explains what happened", response)
	}
	if got := s.Requests(); len(got) > 0 {
		t.Errorf("sent %v, want nothing", got)
	}
}
