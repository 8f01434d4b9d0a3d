package diagnostic

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// failing fails to make every connection with err.
func failing(t *testing.T, err error) *transport.NetworkError {
	t.Helper()
	base := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, err }}
	client, newErr := transport.New(transport.Config{
		BaseURL: &url.URL{Scheme: "http", Host: "atlas.invalid"}, Credentials: transport.AccessToken("a token of this test"), Base: base,
	})
	if newErr != nil {
		t.Fatal(newErr)
	}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://atlas.invalid/", nil)
	req.RequestURI = ""
	_, err = client.HTTPClient().Do(req) //nolint:bodyclose // there is no answer
	network, ok := errors.AsType[*transport.NetworkError](client.Failure(err))
	if !ok {
		t.Fatalf("%v is not a NetworkError", err)
	}
	return network
}

func TestAdviceOnTheNetwork(t *testing.T) {
	t.Parallel()
	socks := func(text string) error { return &net.OpError{Op: "socks connect", Net: "tcp", Err: errors.New(text)} }
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"proxy that wants a password": {&transport.ConnectError{Status: 407}, "Check the user and the password of the proxy in HTTPS_PROXY"},
		"proxy that forbids":          {&transport.ConnectError{Status: 403}, "does not allow connections to Atlas"},
		"proxy with a bug":            {&transport.ConnectError{Status: 500}, "cannot reach Atlas. Plan again later."},
		"proxy that fails":            {&transport.ConnectError{Status: 502}, "cannot reach Atlas. Plan again later."},
		"SOCKS without a password":    {socks("no acceptable authentication methods"), "Check the user and the password of the proxy"},
		"SOCKS with a wrong password": {socks("username/password authentication failed"), "Check the user and the password of the proxy"},
		"SOCKS that forbids":          {socks("unknown error connection not allowed by ruleset"), "does not allow connections to Atlas"},
		"SOCKS that fails":            {socks("unexpected protocol version 72"), "Check the proxy in HTTPS_PROXY: its scheme, host, and port."},
		"unknown authority":           {x509.UnknownAuthorityError{}, "Check base_url. If a company CA signs"},
		"unknown authority of a proxy": {&net.OpError{Op: "proxyconnect", Err: x509.UnknownAuthorityError{}},
			"Check HTTPS_PROXY. If a company CA signs"},
		"certificate for another host": {x509.HostnameError{Certificate: &x509.Certificate{}, Host: "a"},
			"Check the host in base_url: the certificate"},
		"expired certificate":    {x509.CertificateInvalidError{Reason: x509.Expired}, "the clock of this machine"},
		"no TLS":                 {tls.RecordHeaderError{}, "Check the scheme and the port in base_url"},
		"no such host":           {&net.DNSError{Err: "no such host", IsNotFound: true}, "Check the host in base_url and the DNS"},
		"name server that fails": {&net.DNSError{Err: "server misbehaving", IsTemporary: true}, "Check the network, the proxy"},
		"anything else":          {errors.New("connection refused"), "Check the network, the proxy (HTTPS_PROXY, NO_PROXY), and base_url."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if advice := adviseNetwork(failing(t, test.err)); !strings.Contains(advice, test.want) {
				t.Errorf("%s, want %s", advice, test.want)
			}
		})
	}
}
