// Package acctest is what the tests of several packages share: a sandbox on loopback, the provider as the protocol sees
// it, and a real CLI. It imports the sandbox and no other package of this module, so that the tests inside each of them
// can use it. Nothing that ships imports it.
package acctest

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// Names in the data of Data.
const (
	ProjectID    = "32b6e34b3d91647abb20e7b8"
	InstanceName = "orders"
)

// Data is one project with one instance that lists connections.
func Data(connections ...json.RawMessage) *sandbox.Data {
	if connections == nil {
		connections = []json.RawMessage{}
	}
	return Instance(sandbox.Instance{Results: connections})
}

// Instance is one project with this one instance.
func Instance(instance sandbox.Instance) *sandbox.Data {
	return &sandbox.Data{Projects: map[string]sandbox.Project{
		ProjectID: {Instances: map[string]sandbox.Instance{InstanceName: instance}},
	}}
}

// Samples are n connections of the type Sample, in another order than that of their names.
func Samples(n int) []json.RawMessage {
	samples := make([]json.RawMessage, n)
	for i := range samples {
		samples[i] = json.RawMessage(fmt.Sprintf(`{"name": "sample-%05d", "type": "Sample"}`, (i*7+3)%n))
	}
	return samples
}

// Serve starts a sandbox on loopback for the time of the test and returns its URL.
func Serve(t testing.TB, data *sandbox.Data, opts ...sandbox.Option) (*sandbox.Sandbox, string) {
	t.Helper()
	s := sandbox.New(data, opts...)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

// Count returns how many requests of one endpoint have reached s.
func Count(s *sandbox.Sandbox, endpoint string) int {
	count := 0
	for _, r := range s.Requests() {
		if r.Endpoint == endpoint {
			count++
		}
	}
	return count
}

// Factories serve p to plugin-testing.
func Factories(p provider.Provider) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"atlas": providerserver.NewProtocol6WithError(p),
	}
}

// SignIns are the environments of the ways to sign in to a sandbox at url.
func SignIns(url string) map[string][]string {
	c := sandbox.DefaultCredentials()
	base := "MONGODB_ATLAS_BASE_URL=" + url
	return map[string][]string{
		"service account": {base, "MONGODB_ATLAS_CLIENT_ID=" + c.ClientID, "MONGODB_ATLAS_CLIENT_SECRET=" + c.ClientSecret},
		"access token":    {base, "MONGODB_ATLAS_ACCESS_TOKEN=" + c.AccessToken},
		"API key":         {base, "MONGODB_ATLAS_PUBLIC_KEY=" + c.PublicKey, "MONGODB_ATLAS_PRIVATE_KEY=" + c.PrivateKey},
	}
}

// ProviderBlock is the provider's configuration for a sandbox at url, with a service account.
func ProviderBlock(url string) string {
	credentials := sandbox.DefaultCredentials()
	return fmt.Sprintf("provider \"atlas\" {\n  base_url = %q\n  client_id = %q\n  client_secret = %q\n}\n",
		url, credentials.ClientID, credentials.ClientSecret)
}

// DataBlock is a listing of the instance of Data, under the name test.
func DataBlock() string {
	return Block(connections)
}

// Override replaces or adds arguments, such as `page_num = 2`, in a block of one argument a line.
func Override(block string, arguments ...string) string {
	lines := strings.Split(strings.TrimSuffix(block, "\n}\n"), "\n")
	for _, argument := range arguments {
		name, _, _ := strings.Cut(argument, " ")
		lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "  "+name+" ") })
		lines = append(lines, "  "+argument)
	}
	return strings.Join(lines, "\n") + "\n}\n"
}

// Folded is a pattern for a diagnostic of the command line: a space in it stands for any space, also where the text was
// broken into lines and boxed, and a dot for a line's end too.
func Folded(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?s)` + strings.ReplaceAll(pattern, " ", `[\s│]+`))
}
