package atlas

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// DefaultBaseURL is the base URL of Atlas. That of Atlas for Government is https://cloud.mongodbgov.com.
const DefaultBaseURL = "https://cloud.mongodb.com"

// apiPath matches the beginning of every path of the API, which a base URL must not include.
var apiPath = regexp.MustCompile(`/api/atlas(/v[0-9.]+)?$`)

// ParseBaseURL parses a base URL: an absolute https URL without a user, a query, a fragment, or the path of the API. It accepts
// http only for loopback addresses, because requests contain credentials. Its errors complete the sentence "The base URL …" and
// never quote s, which may contain a password.
func ParseBaseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case strings.ContainsFunc(s, isBlank):
		return nil, errors.New("must not contain white space or invisible characters, such as the line break or the byte order mark of a " +
			"file: remove them")
	case strings.Trim(s, "\"'`") != s:
		return nil, errors.New("must not be in quotes: remove them")
	case err != nil, u.Hostname() == "":
		return nil, errors.New("must be a URL with a scheme and a host, such as " + DefaultBaseURL)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, errors.New("must use https: plain http, which shows credentials on the network, is only for loopback addresses")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("must begin with https://")
	case u.User != nil:
		return nil, errors.New("must not contain a user or password: sign in with the provider's other arguments")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("must not have a query")
	case strings.Contains(s, "#"):
		return nil, errors.New("must not have a fragment")
	case !isPort(u.Port()):
		return nil, errors.New("must have a port from 1 to 65535, or none")
	}
	escaped := strings.TrimRight(u.EscapedPath(), "/")
	if path := apiPath.FindString(escaped); path != "" {
		return nil, fmt.Errorf("must not end in %s: leave that out, the provider adds it", path)
	}
	path, err := url.PathUnescape(escaped)
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path, RawPath: escaped}, err
}

// hostsOfMongoDB matches the domains of MongoDB, and what is below them. Other characters, such as the zone of an IPv6 address, lead
// elsewhere.
var hostsOfMongoDB = regexp.MustCompile(`^([a-z0-9-]+\.)*(mongodb|mongodbgov)\.com$`)

// IsTrusted reports whether credentials of the environment may be sent to u, although a configuration chooses it: its host is
// MongoDB's, or this machine.
func IsTrusted(u *url.URL) bool {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if hostsOfMongoDB.MatchString(host) {
		return u.Scheme == "https"
	}
	return isLoopback(u.Hostname())
}

// isBlank reports whether a person sees nothing of r.
func isBlank(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// isPort reports whether port is a valid port or empty.
func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// origin returns the scheme, host and port of u (RFC 6454).
func origin(u *url.URL) string {
	port := cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	return (&url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(strings.ToLower(u.Hostname()), port)}).String()
}
