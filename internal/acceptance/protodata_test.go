package acceptance

import (
	"os"
	"os/exec"
	"testing"

	"github.com/hashicorp/go-plugin"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
)

// The plugin library can write every message of the protocol, secrets included, into files.
func TestMessagesOfTheProtocolAreNotWrittenToFiles(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Data(acctest.Samples(1)...))
	folder := t.TempDir()
	cmd := exec.CommandContext(t.Context(), acctest.Build(t).Provider) //nolint:gosec // built here
	cmd.Env = append(os.Environ(), append(acctest.SignIns(url)["service account"], "TF_LOG_SDK_PROTO_DATA_DIR="+folder)...)
	client := plugin.NewClient(pluginConfig(cmd))
	t.Cleanup(client.Kill)
	conn := connect(t, client)
	call(t, conn, "ConfigureProvider", message{2: config("{}")})
	call(t, conn, "ReadDataSource", listing())
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Errorf("wrote %s", file.Name())
	}
}
