package diagnostic

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// Roles lists project roles for advice. Each of them allows every read of this provider.
const Roles = "Project Data Access Read Only, Project Stream Processing Owner, or Project Owner"

// adviseStatus returns what to do about an error status. The error code of Atlas takes precedence, because Atlas uses the same
// status for different errors.
func adviseStatus(e *transport.StatusError, credential string) string {
	if !e.IsAtlas() {
		return adviseStranger(e)
	}
	switch e.Code {
	case "USER_UNAUTHORIZED":
		return "Grant " + account(credential) + " one of these roles in the project: " + Roles + "."
	case "IP_ADDRESS_NOT_ON_ACCESS_LIST":
		return "Add this address to the IP access list of " + account(credential) + "."
	case "ORG_REQUIRES_ACCESS_LIST":
		return "Add the public IP address of this machine to the IP access list of " + account(credential) + "."
	case "RESOURCE_NOT_FOUND":
		return "Check base_url: Atlas has no resource at this path."
	}
	if e.SignIn {
		if advice := adviseSignIn(e, credential); advice != "" {
			return advice
		}
	}
	return adviseRequest(e, credential)
}

// adviseStranger returns what to do about an answer of something between this machine and Atlas, such as a proxy.
func adviseStranger(e *transport.StatusError) string {
	const check = "Check base_url and the proxy (HTTPS_PROXY)."
	if isTransient(e.Status) {
		return "A proxy or a gateway between this machine and Atlas sent this answer. Plan again later. If the error persists, c" + check[1:]
	}
	return "This answer has no Atlas error code, so something between this machine and Atlas sent it. " + check
}

// adviseSignIn returns what to do about an answer of the token endpoint, or "" if the advice is the same as for the API.
func adviseSignIn(e *transport.StatusError, credential string) string {
	switch {
	case e.IsTokenLimit():
		return "Too many access tokens of " + credential + " are active. They expire within an hour. Plan again later, or revoke the ones " +
			"that are not used. The client secret is valid."
	case e.Status == http.StatusBadRequest, e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden:
		return "Atlas rejected " + credential + ". Check client_id and client_secret, and whether the secret has expired."
	case e.Status == http.StatusNotFound:
		return "Check base_url and the proxy: this server has no token endpoint."
	}
	return ""
}

func adviseRequest(e *transport.StatusError, credential string) string {
	switch {
	case e.Status == http.StatusUnauthorized && isServiceAccount(credential):
		return "Atlas issued an access token to " + credential + " and then rejected it. Plan again. If the error persists, contact " +
			"MongoDB support."
	case e.Status == http.StatusUnauthorized:
		return "Atlas rejected " + credential + ". Check its value, and whether it has expired or was deleted."
	case e.Status == http.StatusForbidden:
		return "Atlas denied access to " + account(credential) + ". Check its roles in the project and its IP access list."
	case e.Status == http.StatusNotFound:
		return "Check base_url and the names in the configuration."
	case isTransient(e.Status):
		return adviseTransient(e)
	case e.Status >= http.StatusBadRequest:
		return "Atlas does not accept this request, which is probably a bug in the provider. Report it at " + IssuesURL + "."
	}
	return "Check base_url and the proxy."
}

// isServiceAccount reports whether credential, a CredentialName, is a service account.
func isServiceAccount(credential string) bool {
	return strings.HasPrefix(credential, "the service account")
}

// account returns the name of the account that has the roles and the IP access list. It is credential, a CredentialName, unless
// that is an access token.
func account(credential string) string {
	if strings.HasPrefix(credential, "the access token") {
		return "the service account of " + credential
	}
	return credential
}

func isTransient(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= http.StatusInternalServerError
}

// adviseTransient returns what to do about a transient failure, depending on why the provider did not retry it again.
func adviseTransient(e *transport.StatusError) string {
	advice := "Plan again later, or increase max_retries in the provider block."
	switch {
	case e.Stopped == transport.WaitTooLong, e.RetryAfter > time.Hour:
		return fmt.Sprintf("Atlas asks to wait %s. Plan again after that.", e.RetryAfter.Round(time.Second))
	case e.Stopped == transport.NoTimeLeft && e.RetryAfter > 0:
		advice = fmt.Sprintf("Atlas asks to wait %s, which is longer than the read has left. Plan again after that, or increase timeouts.read.",
			e.RetryAfter.Round(time.Second))
	case e.Stopped == transport.NoTimeLeft:
		advice = "The read has no time left for another attempt. Plan again later, or increase timeouts.read."
	}
	if e.Status >= http.StatusInternalServerError {
		advice += " https://status.mongodb.com shows the current status of Atlas."
	}
	return advice
}
