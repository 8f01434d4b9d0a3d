// Package acctest contains what the tests of several packages share: a sandbox on the loopback interface, the provider behind
// the plugin protocol, and a real CLI. The only package of this module that it imports is the sandbox, so that the internal tests
// of every other package can use it. The provider does not import it.
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

// Names in the data that Data returns.
const (
	ProjectID    = "32b6e34b3d91647abb20e7b8"
	InstanceName = "orders"
)

// Data returns one project with one instance that has connections.
func Data(connections ...json.RawMessage) *sandbox.Data {
	if connections == nil {
		connections = []json.RawMessage{}
	}
	return Instance(sandbox.Instance{Results: connections})
}

// Instance returns one project that has only this instance.
func Instance(instance sandbox.Instance) *sandbox.Data {
	return &sandbox.Data{Projects: map[string]sandbox.Project{
		ProjectID: {Instances: map[string]sandbox.Instance{InstanceName: instance}},
	}}
}

// Samples returns n connections of the type Sample, not sorted by name.
func Samples(n int) []json.RawMessage {
	samples := make([]json.RawMessage, n)
	for i := range samples {
		samples[i] = json.RawMessage(fmt.Sprintf(`{"name": "sample-%05d", "type": "Sample"}`, (i*7+3)%n))
	}
	return samples
}

// Serve serves data on the loopback interface until the test ends, and returns the sandbox and its URL.
func Serve(t testing.TB, data *sandbox.Data, opts ...sandbox.Option) (*sandbox.Sandbox, string) {
	t.Helper()
	s := sandbox.New(data, opts...)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

// Count returns the number of requests that s received for an endpoint.
func Count(s *sandbox.Sandbox, endpoint string) int {
	count := 0
	for _, r := range s.Requests() {
		if r.Endpoint == endpoint {
			count++
		}
	}
	return count
}

// Factories returns p as ProtoV6ProviderFactories for plugin-testing.
func Factories(p provider.Provider) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"atlas": providerserver.NewProtocol6WithError(p),
	}
}

// SignInArguments returns the arguments of the provider block for each way to sign in to a sandbox at url.
func SignInArguments(url string) map[string]map[string]string {
	c := sandbox.DefaultCredentials()
	return map[string]map[string]string{
		"service account": {"base_url": url, "client_id": c.ClientID, "client_secret": c.ClientSecret},
		"access token":    {"base_url": url, "access_token": c.AccessToken},
		"API key":         {"base_url": url, "public_key": c.PublicKey, "private_key": c.PrivateKey},
	}
}

// SignIns returns the environment variables for each way to sign in to a sandbox at url.
func SignIns(url string) map[string][]string {
	signIns := map[string][]string{}
	for name, arguments := range SignInArguments(url) {
		for argument, value := range arguments {
			signIns[name] = append(signIns[name], "MONGODB_ATLAS_"+strings.ToUpper(argument)+"="+value)
		}
	}
	return signIns
}

// ProviderBlock returns a provider block for a sandbox at url, with a service account.
func ProviderBlock(url string) string {
	credentials := sandbox.DefaultCredentials()
	return fmt.Sprintf("provider \"atlas\" {\n  base_url = %q\n  client_id = %q\n  client_secret = %q\n}\n",
		url, credentials.ClientID, credentials.ClientSecret)
}

// DataBlock returns a data block named test that lists the connections of Data.
func DataBlock() string {
	return Block(connections)
}

// Override replaces or adds arguments, such as `page_num = 2`, in a block with one argument per line.
func Override(block string, arguments ...string) string {
	lines := strings.Split(strings.TrimSuffix(block, "\n}\n"), "\n")
	for _, argument := range arguments {
		name, _, _ := strings.Cut(argument, " ")
		lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "  "+name+" ") })
		lines = append(lines, "  "+argument)
	}
	return strings.Join(lines, "\n") + "\n}\n"
}

// Folded returns a regular expression for a diagnostic that a CLI prints. A space in the pattern also matches the line breaks and
// the box that the CLI adds, and a dot also matches a line break.
func Folded(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?s)` + strings.ReplaceAll(pattern, " ", `[\s│]+`))
}
