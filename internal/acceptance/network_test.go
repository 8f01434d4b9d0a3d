package acceptance

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// Errors of the network tell what to set. These tests run the built provider because HTTPS_PROXY applies to a complete process.
func TestErrorsOfTheNetworkTellWhatToSet(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(proxy.Close)
	inspected := httptest.NewUnstartedServer(sandbox.New(acctest.Data()))
	inspected.StartTLS()
	t.Cleanup(inspected.Close)
	plain := httptest.NewServer(sandbox.New(acctest.Data()))
	t.Cleanup(plain.Close)
	for name, test := range map[string]struct {
		baseURL     string
		environment []string
		want        string
	}{
		"proxy that wants a password": {"https://atlas.invalid", []string{"HTTPS_PROXY=" + proxy.URL, "NO_PROXY="},
			"407 Proxy Authentication Required.*the user and the password of the proxy in HTTPS_PROXY"},
		"unknown certificate authority": {inspected.URL, nil, "certificate signed by unknown authority.*SSL_CERT_FILE"},
		"server without TLS":            {"https" + plain.URL[len("http"):], nil, "does not use TLS"},
		"host that does not exist":      {"https://atlas.invalid", []string{"HTTPS_PROXY=", "https_proxy="}, "Check the host in base_url"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			block := acctest.Override(acctest.ProviderBlock(test.baseURL), "max_retries = 0")
			output, err := acctest.NewCLI(t, block, acctest.DataBlock()).Command(t, test.environment, "plan").CombinedOutput()
			if err == nil || !acctest.Folded(test.want).Match(output) {
				t.Errorf("%v, want %s\n%s", err, test.want, output)
			}
		})
	}
}
