package transport

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// DefaultBaseURL is where the Atlas Administration API is served; Atlas for Government has https://cloud.mongodbgov.com.
const DefaultBaseURL = "https://cloud.mongodb.com"

// ParseBaseURL checks that s can be the base of every request: an absolute https URL without user, query or fragment.
// Plain http is for loopback addresses alone, since credentials travel along. Its errors complete the sentence "The base
// URL …" and never quote s, which may hold a password.
func ParseBaseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil, u.Hostname() == "", u.Opaque != "":
		return nil, errors.New("must be a URL with a scheme and a host, such as " + DefaultBaseURL)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, errors.New("must use https: plain http, which shows credentials on the network, is for loopback addresses alone")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("must begin with https://")
	case u.User != nil:
		return nil, errors.New("must not hold a user or password: sign in with the provider's other arguments")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("must not have a query")
	case strings.Contains(s, "#"):
		return nil, errors.New("must not have a fragment")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
