package diagnostic

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// checkAdvice checks the advice on a failure of the network.
func checkAdvice(t *testing.T, e *atlas.Error, want string) {
	t.Helper()
	if e.Kind != atlas.Unanswered {
		t.Fatalf("%v is an answer", e)
	}
	advice := adviseNetwork(e)
	if !strings.Contains(advice, want) {
		t.Errorf("advice on %q is %q, want %q", e, advice, want)
	}
	if !strings.HasSuffix(advice, ".") {
		t.Errorf("does not end as a sentence: %s", advice)
	}
}

// certificate returns a certificate that signs itself, after change, and its key.
func certificate(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial), Subject: pkix.Name{CommonName: "atlas.invalid"}, DNSNames: []string{"atlas.invalid"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Now().AddDate(100, 0, 0), IsCA: true, BasicConstraintsValid: true,
	}
	if change != nil {
		change(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serial is the serial number of a certificate.
var serial = []byte{0x7a, 0x7b, 0x7c, 0x7d}

// withNegativeSerial returns a certificate with a negative serial number, which x509.CreateCertificate refuses to create.
func withNegativeSerial(t *testing.T) tls.Certificate {
	t.Helper()
	c := certificate(t, nil)
	c.Certificate[0] = bytes.Replace(c.Certificate[0], serial, []byte{0xfa, 0x7b, 0x7c, 0x7d}, 1)
	return c
}

// listen serves the next connection on the loopback interface, whose buffers a pipe does not have. It returns a dialer.
func listen(t *testing.T, serve func(net.Conn)) virtual.Dial {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		serve(conn)
	}()
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String())
	}
}

// showing serves a connection with a TLS server that shows c.
func showing(t *testing.T, c tls.Certificate) func(net.Conn) {
	t.Helper()
	return func(conn net.Conn) {
		_ = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS12}).HandshakeContext(t.Context())
	}
}

// replying serves a connection by replying to its first message.
func replying(reply string) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1<<14))
		_, _ = io.WriteString(conn, reply)
		_, _ = io.Copy(io.Discard, conn)
	}
}

// handshake returns the error of a TLS handshake of a client that trusts the certificates.
func handshake(t *testing.T, serve func(net.Conn), trusted ...tls.Certificate) error {
	t.Helper()
	roots := x509.NewCertPool()
	for _, c := range trusted {
		parsed, err := x509.ParseCertificate(c.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		roots.AddCert(parsed)
	}
	conn, err := listen(t, serve)(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	config := &tls.Config{ServerName: "atlas.invalid", RootCAs: roots, MinVersion: tls.VersionTLS12}
	return tls.Client(conn, config).HandshakeContext(t.Context())
}

// shown returns the error of a TLS handshake with a server whose certificate is trusted, after change.
func shown(t *testing.T, change func(*x509.Certificate)) error {
	t.Helper()
	c := certificate(t, change)
	return handshake(t, showing(t, c), c)
}

func TestAdviceOnTheNetwork(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cause error
		want  string
	}{
		"unknown authority": {handshake(t, showing(t, certificate(t, nil))), "Check base_url. If a company CA signs"},
		"certificate for another host": {shown(t, func(c *x509.Certificate) { c.DNSNames = []string{"b.invalid"} }),
			"Check the host in base_url: the certificate of the server is for a different one."},
		"certificate for an address": {shown(t, func(c *x509.Certificate) {
			c.DNSNames, c.IPAddresses = nil, []net.IP{net.IPv4(192, 0, 2, 1)}
		}), "Check the host in base_url: the certificate of the server is for a different one."},
		"certificate without a subject alternative name": {
			shown(t, func(c *x509.Certificate) { c.DNSNames = nil }),
			"names no host as a subject alternative name, and TLS ignores its common name. Ask the operator of the server in base_url"},
		"certificate without a name": {
			shown(t, func(c *x509.Certificate) { c.DNSNames, c.Subject.CommonName = nil, "" }),
			"names no host as a subject alternative name"},
		"negative serial number": {handshake(t, showing(t, withNegativeSerial(t))),
			"negative serial number, which RFC 5280 forbids. Ask the operator of the server in base_url, or of the proxy that inspects TLS " +
				"if there is one, for a correct one. To accept it until then, set GODEBUG=x509negativeserial=1."},
		"expired certificate": {shown(t, func(c *x509.Certificate) { c.NotAfter = time.Unix(1, 0) }),
			"Check base_url and the clock of this machine"},
		"no TLS, but HTTP": {handshake(t, replying("HTTP/1.1 400 Bad Request\r\n\r\n")), "Check the scheme and the port in base_url"},
		"no TLS, but SSH":  {handshake(t, replying("SSH-2.0-OpenSSH_9.6\r\n")), "Check the scheme and the port in base_url"},
		"no such host": {&net.DNSError{Err: "no such host", IsNotFound: true},
			"Check the host in base_url and the DNS of this machine."},
		"name server that fails": {&net.DNSError{Err: "server misbehaving", IsTemporary: true}, "Check the network, the proxy"},
		"anything else":          {errors.New("connection refused"), "Check the network, the proxy (HTTPS_PROXY, NO_PROXY), and base_url."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.cause == nil {
				t.Fatal("the handshake succeeded")
			}
			checkAdvice(t, newRequest(t, credentials[atlas.AccessToken], "http://atlas.invalid", broken(test.cause)).failure(t), test.want)
		})
	}
}

// A hosts file can map localhost to another machine. The address is one of RFC 5737, which nothing is sent to.
func TestCredentialsDoNotLeaveTheMachineOverPlainHTTP(t *testing.T) {
	t.Parallel()
	e := newRequest(t, credentials[atlas.AccessToken], "http://192.0.2.1", nil).failure(t)
	if want := "refused to send credentials to 192.0.2.1:80 over plain http"; !strings.Contains(e.Error(), want) {
		t.Errorf("error %q, want %q", e, want)
	}
	checkAdvice(t, e, "Use https in base_url: its host is not an address of this machine")
}

func TestServersThatSpeakOnlyAnOldTLSAreRefused(t *testing.T) {
	t.Parallel()
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		config := &tls.Config{ //nolint:gosec // the server under test
			Certificates: []tls.Certificate{certificate(t, nil)},
			MinVersion:   tls.VersionTLS10, MaxVersion: version,
		}
		dial := listen(t, func(conn net.Conn) { _ = tls.Server(conn, config).HandshakeContext(t.Context()) })
		checkAdvice(t, newRequest(t, credentials[atlas.AccessToken], "https://atlas.invalid", dial).failure(t),
			"The server in base_url does not support TLS 1.2 or later, which the provider requires.")
	}
}

// A firewall can accept a connection and drop the first message of TLS.
func TestAdviceOnAHandshakeThatIsDropped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		silent := func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, server) }()
			return client, nil
		}
		e := newRequest(t, credentials[atlas.AccessToken], "https://atlas.invalid", silent).failure(t)
		checkAdvice(t, e, "The server accepted the connection and did not answer the TLS handshake. A firewall may drop it")
		checkAdvice(t, e, "set GODEBUG=tlsmlkem=0.")
	})
}

// TestSettingsOfGODEBUGDoWhatTheAdviceSays is not parallel, because the settings are those of the process.
func TestSettingsOfGODEBUGDoWhatTheAdviceSays(t *testing.T) {
	const packet = 1400
	t.Setenv("GODEBUG", "")
	if before := sizeOfHandshake(t); before < packet {
		t.Errorf("a handshake has %d bytes, which fit in one packet", before)
	}
	t.Setenv("GODEBUG", "tlsmlkem=0,x509negativeserial=1")
	if after := sizeOfHandshake(t); after > packet {
		t.Errorf("a handshake has %d bytes in spite of the setting, which do not fit in one packet", after)
	}
	if err := handshake(t, showing(t, withNegativeSerial(t))); err == nil || strings.Contains(err.Error(), "serial") {
		t.Errorf("a handshake with a negative serial number fails with %v in spite of the setting", err)
	}
}

// sizeOfHandshake returns the size in bytes of the first message of a client.
func sizeOfHandshake(t *testing.T) int {
	t.Helper()
	client, server := net.Pipe()
	defer func() { _ = server.Close() }()
	go func() {
		_ = tls.Client(client, &tls.Config{ServerName: "atlas.invalid", MinVersion: tls.VersionTLS12}).HandshakeContext(t.Context())
	}()
	n, err := server.Read(make([]byte, 1<<14))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAdviceOnProxies is not parallel, because the proxy is that of the process.
func TestAdviceOnProxies(t *testing.T) {
	answering := func(status int) virtual.Dial {
		return serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }).DialContext
	}
	const unusable = "Check the proxy in HTTPS_PROXY: its scheme, host, port, user, and password."
	const http, socks, secure = "http://proxy.invalid:3128", "socks5://proxy.invalid:1080", "https://proxy.invalid:3129"
	untrusted := certificate(t, func(c *x509.Certificate) { c.DNSNames = []string{"proxy.invalid"} })
	nameless := certificate(t, func(c *x509.Certificate) { c.DNSNames = nil })
	for name, test := range map[string]struct {
		proxy string
		dial  virtual.Dial
		want  string
	}{
		"wants a password":         {http, answering(407), "Check the user and the password of the proxy in HTTPS_PROXY"},
		"forbids":                  {http, answering(403), "does not allow connections to Atlas"},
		"has a bug":                {http, answering(500), "cannot reach Atlas. Plan again later."},
		"fails":                    {http, answering(502), "cannot reach Atlas. Plan again later."},
		"is not reached":           {http, broken(errors.New("connection refused")), unusable},
		"SOCKS, wants a password":  {socks, listen(t, replying("\x05\xff")), unusable},
		"SOCKS, fails":             {socks, listen(t, replying("HT")), unusable},
		"has an unknown authority": {secure, listen(t, showing(t, untrusted)), "Check HTTPS_PROXY. If a company CA signs"},
		"has a certificate, nameless": {secure, listen(t, showing(t, nameless)),
			"Ask the operator of the proxy in HTTPS_PROXY for a correct one."},
		"does not speak TLS": {secure, listen(t, replying("HTTP/1.1 400 Bad Request\r\n\r\n")),
			"Check the scheme and the port in HTTPS_PROXY"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"} {
				t.Setenv(variable, "")
			}
			t.Setenv("HTTPS_PROXY", test.proxy)
			checkAdvice(t, newRequest(t, credentials[atlas.AccessToken], "https://atlas.invalid", test.dial).failure(t), test.want)
		})
	}
}
