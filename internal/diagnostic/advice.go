package diagnostic

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// adviseStatus returns what to do about an error status. The error code of Atlas takes precedence, because Atlas uses the same
// status for different errors.
func (r Request) adviseStatus(e *atlas.Error) string {
	credential := r.Client.Credential().String()
	account := credential // has the roles and the IP access list
	if r.Client.Credential().Kind == atlas.AccessToken {
		account = "the service account of " + credential
	}
	roles := cmp.Or(r.Roles, readRoles)
	switch e.Code {
	case "USER_UNAUTHORIZED":
		if e.Passing { // the same operation succeeded before
			return "Atlas allowed " + account + " the same operation before and then denied it. Plan again. If the error persists, check " +
				"that it still has one of these roles in the project: " + roles + "."
		}
		return "Grant " + account + " one of these roles in the project: " + roles + "."
	case "IP_ADDRESS_NOT_ON_ACCESS_LIST":
		return "Add this address to the IP access list of " + account + "."
	case "ORG_REQUIRES_ACCESS_LIST":
		return "Add the public IP address of this machine to the IP access list of " + account + "."
	case "RESOURCE_NOT_FOUND":
		return "Check base_url: Atlas has no resource at this path."
	case "VERSION_GONE", "INVALID_VERSION_DATE":
		return "Upgrade the provider: Atlas no longer serves the version of the API that this one uses."
	}
	switch {
	case e.NoDigest && !e.Accepted:
		return "This server does not ask for an API key: its answer offers no Digest authentication. Check base_url and the proxy " +
			"(HTTPS_PROXY), or use a service account."
	case !e.IsAtlas() && e.Passing:
		return "A proxy or a gateway between this machine and Atlas sent this answer. " + later(e) + " If the error persists, check " +
			"base_url and the proxy (HTTPS_PROXY)."
	case !e.IsAtlas():
		return "This answer has no Atlas error code, so something between this machine and Atlas sent it. Check base_url and the proxy " +
			"(HTTPS_PROXY)."
	case e.SignIn:
		return adviseSignIn(e, credential)
	case e.Status == http.StatusUnauthorized:
		return r.adviseUnauthorized(e, credential)
	case e.Status == http.StatusForbidden:
		return "Atlas denied access to " + account + ". Check its roles in the project and its IP access list."
	case e.Status == http.StatusNotFound:
		return "Check base_url and the names in the configuration."
	case e.Passing:
		return adviseTransient(e)
	case e.Status == http.StatusBadRequest:
		return "Check the arguments of the data source: Atlas does not accept one of them."
	case e.Status >= http.StatusInternalServerError:
		return "Plan again later. https://status.mongodb.com shows the current status of Atlas."
	case e.Status >= http.StatusBadRequest:
		return "Check the arguments, and the project in Atlas. If both are as you expect, upgrade the provider, or report this answer at " +
			issuesURL + "."
	}
	return "Check base_url and the proxy."
}

// adviseSignIn returns what to do about an error of the token endpoint.
func adviseSignIn(e *atlas.Error, credential string) string {
	switch {
	case e.IsTokenLimit():
		return "Too many access tokens of " + credential + " are active. They expire within an hour. Plan again later, or revoke the ones " +
			"that are not used. The client secret is valid."
	case e.Passing:
		return adviseTransient(e)
	case e.Code == "invalid_client", e.Code == "unauthorized_client":
		if e.Accepted {
			return "Atlas issued an access token to " + credential + " before, but refused to issue another one. Plan again. If the " +
				"error persists, check whether its secret has expired or was deleted."
		}
		return "Atlas rejected " + credential + ". Check client_id and client_secret, and whether the secret has expired."
	case e.Status == http.StatusNotFound:
		return "Check base_url and the proxy: this server has no token endpoint."
	}
	if e.Status == http.StatusForbidden {
		return "Atlas issued no access token to " + credential + ". Check whether it is active, and its IP access list."
	}
	return "Atlas issued no access token to " + credential + ". Plan again. If the error persists, check client_id and client_secret, and " +
		"whether the service account is active."
}

// adviseUnauthorized returns what to do about a 401 of the API that is not about a role.
func (r Request) adviseUnauthorized(e *atlas.Error, credential string) string {
	switch {
	case r.Client.Credential().Kind == atlas.ServiceAccount:
		return "Atlas issued an access token to " + credential + " and then refused it. Plan again. If the error persists, contact " +
			"MongoDB support."
	case e.Accepted:
		return "Atlas accepted " + credential + " before and then refused it. Plan again. If the error persists, check whether it has " +
			"expired or was deleted."
	case e.Passing: // the nonce was stale, again and again
		return "Atlas knows " + credential + ", but its signatures expired on the way. Plan again. If the error persists, check whether a " +
			"proxy or a gateway between this machine and Atlas stores or delays answers."
	}
	return "Atlas rejected " + credential + ". Check its value, and whether it has expired or was deleted."
}

// later returns when to plan again after an answer of something other than Atlas.
func later(e *atlas.Error) string {
	if e.RetryAfter > 0 {
		return fmt.Sprintf("It asks to wait %s. Plan again after that.", e.RetryAfter.Round(time.Second))
	}
	return "Plan again later."
}

// adviseTransient returns what to do about a failure that can pass, depending on why the provider did not retry it again.
func adviseTransient(e *atlas.Error) string {
	wait := e.RetryAfter.Round(time.Second)
	advice := "Plan again later, or increase max_retries in the provider block."
	switch {
	case e.Stopped == atlas.WaitTooLong, e.RetryAfter > time.Hour:
		return fmt.Sprintf("Atlas asks to wait %s. Plan again after that.", wait)
	case e.Stopped == atlas.NoTimeLeft && e.RetryAfter > 0:
		advice = fmt.Sprintf("Atlas asks to wait %s, which is longer than the read has left. Plan again after that, or increase "+
			"timeouts.read.", wait)
	case e.Stopped == atlas.NoTimeLeft:
		advice = "The read has no time left for another attempt. Plan again later, or increase timeouts.read."
	}
	if e.Status >= http.StatusInternalServerError {
		advice += " https://status.mongodb.com shows the current status of Atlas."
	}
	return advice
}

const (
	// setProxyPassword is advice about a proxy that requires a user and a password.
	setProxyPassword = "Check the user and the password of the proxy in HTTPS_PROXY, as in http://user:password@proxy.example.com:3128. " +
		"Percent-encode special characters, such as %40 for @."
	// askProxyOperator is advice about a proxy that does not allow connections to Atlas.
	askProxyOperator = "The proxy in HTTPS_PROXY does not allow connections to Atlas. Ask its operator to allow the host in base_url, " +
		"or, if this machine can reach Atlas without the proxy, add that host to NO_PROXY."
)

// adviseNetwork returns what to do if no answer arrived. It blames the proxy only if the cause of the error is not more specific.
func adviseNetwork(e *atlas.Error) string {
	if connect, ok := errors.AsType[*atlas.ConnectError](e); ok {
		return adviseConnect(connect.Status)
	}
	var (
		elsewhere *atlas.NotLoopbackError
		record    tls.RecordHeaderError
	)
	name, isName := errors.AsType[*net.DNSError](e)
	server := "base_url"
	if e.Proxy {
		server = "HTTPS_PROXY"
	}
	advice := adviseCertificate(e, server)
	switch {
	case advice != "":
		return advice
	case errors.As(e, &elsewhere):
		return "Use https in base_url: its host is not an address of this machine, and plain http would show the credentials on the network."
	case errors.As(e, &record), errors.Is(e, http.ErrSchemeMismatch): // the latter if the server answered in plain HTTP
		return "Check the scheme and the port in " + server + ": the server does not use TLS."
	case strings.Contains(e.Error(), "tls: protocol version not supported"):
		return "The server in " + server + " does not support TLS 1.2 or later, which the provider requires. Ask its operator to support it."
	case e.Proxy:
		return "Check the proxy in HTTPS_PROXY: its scheme, host, port, user, and password."
	case isName && name.IsNotFound:
		return "Check the host in base_url and the DNS of this machine. If only a proxy can resolve it, set HTTPS_PROXY."
	case strings.Contains(e.Error(), "TLS handshake timeout"):
		return "The server accepted the connection and did not answer the TLS handshake. A firewall may drop it, because it forbids the host " +
			"in base_url or because it does not understand a handshake in two packets. Ask its operator to allow it. To send a handshake " +
			"that fits in one packet until then, set GODEBUG=tlsmlkem=0."
	}
	return "Check the network, the proxy (HTTPS_PROXY, NO_PROXY), and base_url."
}

// adviseCertificate returns what to do about a certificate of server that cannot be verified, or "" if that is not the cause.
func adviseCertificate(e *atlas.Error, server string) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(e, &authority):
		return "Check " + server + ". If a company CA signs the certificates, add its certificate to the trusted certificates of the system, " +
			"or, on Linux, set SSL_CERT_FILE to a PEM file that contains it."
	case errors.As(e, &host) && len(host.Certificate.DNSNames)+len(host.Certificate.IPAddresses) == 0:
		return "The certificate names no host as a subject alternative name, and TLS ignores its common name. " + askForCertificate(server)
	case errors.As(e, &host):
		return "Check the host in " + server + ": the certificate of the server is for a different one."
	case errors.As(e, &invalid):
		return "Check " + server + " and the clock of this machine: the certificate of the server is not valid."
	case strings.Contains(e.Error(), "x509: negative serial number"):
		return "The certificate has a negative serial number, which RFC 5280 forbids. " + askForCertificate(server) +
			" To accept it until then, set GODEBUG=x509negativeserial=1."
	}
	return ""
}

// askForCertificate returns whom to ask for a correct certificate. A proxy that inspects TLS shows one of its own.
func askForCertificate(server string) string {
	if server == "HTTPS_PROXY" {
		return "Ask the operator of the proxy in HTTPS_PROXY for a correct one."
	}
	return "Ask the operator of the server in base_url, or of the proxy that inspects TLS if there is one, for a correct one."
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
