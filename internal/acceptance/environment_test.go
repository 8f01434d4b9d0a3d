package acceptance

import (
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestCredentialsOfTheEnvironment(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Data())
	for name, environment := range acctest.SignIns(url) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.NewCLI(t, acctest.DataBlock()).Run(t, environment, "plan")
		})
	}
	t.Run("API key of the Atlas CLI", func(t *testing.T) {
		t.Parallel()
		c := sandbox.DefaultCredentials()
		acctest.NewCLI(t, acctest.DataBlock()).Run(t, []string{
			"MCLI_OPS_MANAGER_URL=" + url, "MCLI_PUBLIC_API_KEY=" + c.PublicKey, "MCLI_PRIVATE_API_KEY=" + c.PrivateKey,
		}, "plan")
	})
}

func TestEnvironmentOfAnUnusedProviderDoesNotMatter(t *testing.T) {
	t.Parallel()
	const block = "provider \"atlas\" {}\n"
	unread := acctest.Override(acctest.DataBlock(), "count = 0")
	for name, test := range map[string]struct {
		environment []string
		want        string // part of the error of a read
	}{
		"nothing": {nil, "Missing credentials.*client_id and client_secret"},
		"half a pair": {[]string{"MONGODB_ATLAS_CLIENT_ID=mdb_sa_id_1"},
			"Incomplete credentials.*sets MONGODB_ATLAS_CLIENT_ID but not MONGODB_ATLAS_CLIENT_SECRET"},
		"no base URL": {[]string{"MONGODB_ATLAS_BASE_URL=cloud.mongodb.com"}, "Invalid base URL.*MONGODB_ATLAS_BASE_URL must"},
		"no proxy":    {[]string{"HTTPS_PROXY=http://[", "MONGODB_ATLAS_ACCESS_TOKEN=t"}, "Unable to set up the client.*HTTPS_PROXY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, configuration := range []string{block, block + unread, unread} {
				acctest.NewCLI(t, configuration).Run(t, test.environment, "plan")
			}
			for _, configuration := range []string{block + acctest.DataBlock(), acctest.DataBlock()} {
				output, err := acctest.NewCLI(t, configuration).Command(t, test.environment, "plan").CombinedOutput()
				if err == nil || !acctest.Folded(test.want).Match(output) {
					t.Errorf("%s%v, want %s\n%s", configuration, err, test.want, output)
				}
				if acctest.Folded("required arguments|requires explicit configuration").Match(output) {
					t.Errorf("asks for arguments that nothing requires:\n%s", output)
				}
			}
		})
	}
}
