package sandbox

import (
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// isLoopback reports whether the Host of a request is this machine, whatever its resolver says: localhost or a loopback address.
func isLoopback(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	if strings.EqualFold(name, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(name)
	return err == nil && address.IsLoopback()
}

// misdirected refuses a request for another host.
func misdirected(host string) response {
	return apiError(http.StatusMisdirectedRequest, "HOST_NOT_LOOPBACK",
		"The sandbox answers requests for localhost and loopback addresses, such as 127.0.0.1, but not for the host "+
			strconv.Quote(host)+". Only atlas-sandbox serve --allow-remote answers requests for every host.", []any{host})
}
