package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const projectID = "6650a4c1e8b7f3129d04c5a7" // of the examples

// demo returns the data of the demo.
func demo(t *testing.T) *sandbox.Data {
	t.Helper()
	return load(t, read(t, "demo/connections.json"))
}

func load(t *testing.T, source string) *sandbox.Data {
	t.Helper()
	data, _, err := sandbox.Load(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// withFailovers returns data after it gives each Kafka and Cluster connection a failover connection, which has the name of its
// primary, and another ID and region.
func withFailovers(t *testing.T, data *sandbox.Data) *sandbox.Data {
	t.Helper()
	for name, instance := range data.Projects[projectID].Instances {
		for i, connection := range instance.Results {
			var fields map[string]any
			if err := json.Unmarshal(connection, &fields); err != nil {
				t.Fatal(err)
			}
			if fields["type"] != "Kafka" && fields["type"] != "Cluster" {
				continue
			}
			fields["id"], fields["region"] = fmt.Sprintf("6650b1d23c41f0aa7e13%04x", i), "OREGON_USA"
			failover, err := json.Marshal(fields)
			if err != nil {
				t.Fatal(err)
			}
			instance.Results = append(instance.Results, failover)
		}
		data.Projects[projectID].Instances[name] = instance
	}
	return data
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
