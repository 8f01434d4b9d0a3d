package diagnostic

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// askProxyOperator is advice about a proxy that does not allow connections to Atlas.
const askProxyOperator = "The proxy in HTTPS_PROXY does not allow connections to Atlas. Ask its operator to allow the host in base_url, " +
	"or, if this machine can reach Atlas without the proxy, add that host to NO_PROXY."

// setProxyPassword is advice about a proxy that requires a user and a password.
const setProxyPassword = "Check the user and the password of the proxy in HTTPS_PROXY, as in http://user:password@proxy.example.com:3128."

// adviseNetwork returns what to do if no answer arrived. It blames the proxy only if the cause of the error is not more specific.
func adviseNetwork(e *transport.NetworkError) string {
	if connect, ok := errors.AsType[*transport.ConnectError](e); ok {
		return adviseConnect(connect.Status)
	}
	if advice := adviseTLS(e); advice != "" {
		return advice
	}
	name, isName := errors.AsType[*net.DNSError](e)
	switch text := e.Error(); {
	case strings.Contains(text, "no acceptable authentication methods"), strings.Contains(text, "username/password authentication failed"):
		return setProxyPassword // the replies of RFC 1928 and RFC 1929 have no types
	case strings.Contains(text, "not allowed by ruleset"):
		return askProxyOperator
	case e.Proxy:
		return "Check the proxy in HTTPS_PROXY: its scheme, host, and port."
	case isName && name.IsNotFound:
		return "Check the host in base_url and the DNS of this machine. If only a proxy can resolve it, set HTTPS_PROXY."
	}
	return "Check the network, the proxy (HTTPS_PROXY, NO_PROXY), and base_url."
}

// adviseConnect returns what to do about a proxy's answer with this status.
func adviseConnect(status int) string {
	switch {
	case status == http.StatusProxyAuthRequired:
		return setProxyPassword
	case status >= http.StatusInternalServerError:
		return "The proxy in HTTPS_PROXY cannot reach Atlas. Plan again later. If the error persists, check base_url, and ask the operator of " +
			"the proxy."
	}
	return askProxyOperator
}

// adviseTLS returns what to do about a failed TLS handshake, and "" if that is not the cause.
func adviseTLS(e *transport.NetworkError) string {
	server := "base_url"
	if e.Proxy {
		server = "HTTPS_PROXY"
	}
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
	)
	switch {
	case errors.As(e, &authority):
		return "Check " + server + ". If a company CA signs the certificates, add its certificate to the trusted certificates of the system, " +
			"or, on Linux, set SSL_CERT_FILE to a PEM file that contains it."
	case errors.As(e, &host):
		return "Check the host in " + server + ": the certificate of the server is for a different one."
	case errors.As(e, &invalid):
		return "Check " + server + " and the clock of this machine: the certificate of the server is not valid."
	case errors.As(e, &record):
		return "Check the scheme and the port in " + server + ": the server does not use TLS."
	}
	return ""
}
