package acctest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNothingOfThisMachineReachesTheCLI(t *testing.T) {
	t.Parallel()
	environment := []string{
		"PATH=/bin", "MCLI_PUBLIC_API_KEY=key", "MONGODB_ATLAS_BASE_URL=url", "TF_CLI_ARGS_plan=-refresh=false", "TF_VAR_project_id=id",
	}
	if diff := cmp.Diff([]string{"PATH=/bin"}, withoutCLIs(environment)); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}
