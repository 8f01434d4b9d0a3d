package diagnostic

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// roles lists project roles for advice. Each of them allows every read of this provider.
const roles = "Project Data Access Read Only, Project Stream Processing Owner, or Project Owner"

// adviseStatus returns what to do about an error status. The error code of Atlas takes precedence, because Atlas uses the same
// status for different errors. credential is a CredentialName.
func adviseStatus(e *transport.StatusError, credential string) string {
	isTransient := e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout ||
		e.Status >= http.StatusInternalServerError
	account := credential // has the roles and the IP access list
	if strings.HasPrefix(credential, "the access token") {
		account = "the service account of " + credential
	}
	switch e.Code {
	case "USER_UNAUTHORIZED":
		return "Grant " + account + " one of these roles in the project: " + roles + "."
	case "IP_ADDRESS_NOT_ON_ACCESS_LIST":
		return "Add this address to the IP access list of " + account + "."
	case "ORG_REQUIRES_ACCESS_LIST":
		return "Add the public IP address of this machine to the IP access list of " + account + "."
	case "RESOURCE_NOT_FOUND":
		return "Check base_url: Atlas has no resource at this path."
	}
	switch {
	case !e.IsAtlas() && isTransient:
		return "A proxy or a gateway between this machine and Atlas sent this answer. Plan again later. If the error persists, check " +
			"base_url and the proxy (HTTPS_PROXY)."
	case !e.IsAtlas():
		return "This answer has no Atlas error code, so something between this machine and Atlas sent it. Check base_url and the proxy " +
			"(HTTPS_PROXY)."
	case e.IsTokenLimit():
		return "Too many access tokens of " + credential + " are active. They expire within an hour. Plan again later, or revoke the ones " +
			"that are not used. The client secret is valid."
	case e.SignIn && (e.Status == http.StatusBadRequest || e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden):
		return "Atlas rejected " + credential + ". Check client_id and client_secret, and whether the secret has expired."
	case e.SignIn && e.Status == http.StatusNotFound:
		return "Check base_url and the proxy: this server has no token endpoint."
	case e.Status == http.StatusUnauthorized && strings.HasPrefix(credential, "the service account"):
		return "Atlas issued an access token to " + credential + " and then rejected it. Plan again. If the error persists, contact " +
			"MongoDB support."
	case e.Status == http.StatusUnauthorized:
		return "Atlas rejected " + credential + ". Check its value, and whether it has expired or was deleted."
	case e.Status == http.StatusForbidden:
		return "Atlas denied access to " + account + ". Check its roles in the project and its IP access list."
	case e.Status == http.StatusNotFound:
		return "Check base_url and the names in the configuration."
	case isTransient:
		return adviseTransient(e)
	case e.Status >= http.StatusBadRequest:
		return "Atlas does not accept this request, which is probably a bug in the provider. Report it at " + issuesURL + "."
	}
	return "Check base_url and the proxy."
}

// adviseTransient returns what to do about a transient failure, depending on why the provider did not retry it again.
func adviseTransient(e *transport.StatusError) string {
	wait := e.RetryAfter.Round(time.Second)
	advice := "Plan again later, or increase max_retries in the provider block."
	switch {
	case e.Stopped == transport.WaitTooLong, e.RetryAfter > time.Hour:
		return fmt.Sprintf("Atlas asks to wait %s. Plan again after that.", wait)
	case e.Stopped == transport.NoTimeLeft && e.RetryAfter > 0:
		advice = fmt.Sprintf("Atlas asks to wait %s, which is longer than the read has left. Plan again after that, or increase "+
			"timeouts.read.", wait)
	case e.Stopped == transport.NoTimeLeft:
		advice = "The read has no time left for another attempt. Plan again later, or increase timeouts.read."
	}
	if e.Status >= http.StatusInternalServerError {
		advice += " https://status.mongodb.com shows the current status of Atlas."
	}
	return advice
}

const (
	// setProxyPassword is advice about a proxy that requires a user and a password.
	setProxyPassword = "Check the user and the password of the proxy in HTTPS_PROXY, as in http://user:password@proxy.example.com:3128."
	// askProxyOperator is advice about a proxy that does not allow connections to Atlas.
	askProxyOperator = "The proxy in HTTPS_PROXY does not allow connections to Atlas. Ask its operator to allow the host in base_url, " +
		"or, if this machine can reach Atlas without the proxy, add that host to NO_PROXY."
)

// adviseNetwork returns what to do if no answer arrived. It blames the proxy only if the cause of the error is not more specific.
func adviseNetwork(e *transport.NetworkError) string {
	if connect, ok := errors.AsType[*transport.ConnectError](e); ok {
		return adviseConnect(connect.Status)
	}
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
	)
	name, isName := errors.AsType[*net.DNSError](e)
	text, server := e.Error(), "base_url"
	if e.Proxy {
		server = "HTTPS_PROXY"
	}
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
