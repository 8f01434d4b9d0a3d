package transport

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// originTransport refuses each request to another origin than that of base, such as a redirect, before it is signed or
// sent. All log lines of a request that it passes on name the request.
type originTransport struct {
	next  http.RoundTripper
	base  *url.URL
	scrub *scrubber
}

func (t *originTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if origin(req.URL) != origin(t.base) {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		target := url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host}
		return nil, &OriginError{Base: origin(t.base), Target: t.scrub.clean(target.String())}
	}
	ctx := tflog.SetField(req.Context(), "method", req.Method)
	ctx = tflog.SetField(ctx, "path", t.scrub.clean(req.URL.Path)) // a server's own words after a redirect
	return t.next.RoundTrip(req.WithContext(ctx))
}

// origin returns the scheme, host and port of u (RFC 6454).
func origin(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	case u.Scheme == "http":
		port = "80"
	}
	return (&url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(strings.ToLower(u.Hostname()), port)}).String()
}
