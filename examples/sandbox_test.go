package examples_test

import (
	"os"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// serve serves the data of the demo.
func serve(t *testing.T) (atlas *sandbox.Sandbox, url string) {
	t.Helper()
	file, err := os.Open("demo/connections.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	data, _, err := sandbox.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return acctest.Serve(t, data)
}

// variables returns the input variables of the examples that set credentials, and the base URL.
func variables(url string) []string {
	credentials := sandbox.DefaultCredentials()
	return []string{
		"MONGODB_ATLAS_BASE_URL=" + url,
		"TF_VAR_access_token=" + credentials.AccessToken,
		"TF_VAR_client_id=" + credentials.ClientID,
		"TF_VAR_client_secret=" + credentials.ClientSecret,
		"TF_VAR_private_key=" + credentials.PrivateKey,
		"TF_VAR_public_key=" + credentials.PublicKey,
	}
}

// signedIn returns the environment variables of the other examples.
func signedIn(url string) []string {
	return append(variables(url), acctest.SignIns(url)["service account"]...)
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file) //nolint:gosec // in this repository or in the folder of the test
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
