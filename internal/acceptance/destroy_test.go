package acceptance

import (
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
)

// Troubleshooting says how to destroy resources after the instance that a data source reads is gone.
func TestDestroyWithoutReadsNeedsNoInstance(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Data(acctest.Samples(1)...))
	_, gone := acctest.Serve(t, acctest.Data())
	c := acctest.NewCLI(t, acctest.Block("atlas_streams_connection"), `
		resource "terraform_data" "user" {
		  input = data.atlas_streams_connection.test.name
		}`)
	c.Run(t, acctest.SignIns(url)["access token"], "apply", "-auto-approve")
	output, err := c.Command(t, acctest.SignIns(gone)["access token"], "destroy", "-auto-approve").CombinedOutput()
	if err == nil || !acctest.Folded("Unable to read streams connection").Match(output) {
		t.Errorf("%v, want an error of the read\n%s", err, output)
	}
	c.Run(t, acctest.SignIns(gone)["access token"], "destroy", "-auto-approve", "-refresh=false")
}

// Troubleshooting says that Terraform ignores other names in timeouts than read.
func TestOtherNamesInTimeoutsAreIgnored(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Data())
	c := acctest.NewCLI(t, acctest.Override(acctest.DataBlock(), `timeouts = { create = "1s" }`))
	c.Run(t, acctest.SignIns(url)["access token"], "plan")
}
