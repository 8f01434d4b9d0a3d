package atlas

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"

	"golang.org/x/net/http/httpproxy"
)

// useProxy has t take its proxy from the environment as it is now; net/http's own function keeps what it was once. It
// fails where a variable names no usable proxy, for which net/http would silently connect directly, and has scrub hide
// the proxy's password.
func useProxy(t *http.Transport, base *url.URL, scrub *scrubber) error {
	env := httpproxy.FromEnvironment()
	pick := env.ProxyFunc()
	t.Proxy = func(req *http.Request) (*url.URL, error) { return pick(req.URL) }

	variable, value := "HTTPS_PROXY", env.HTTPSProxy
	if base.Scheme == "http" {
		variable, value = "HTTP_PROXY", env.HTTPProxy
	}
	if value == "" {
		return nil
	}
	env.NoProxy = ""
	proxy, err := env.ProxyFunc()(&url.URL{Scheme: base.Scheme, Host: "proxied.example"})
	if err != nil || !isProxy(proxy) {
		return &ProxyError{Variable: variable}
	}
	if password, ok := proxy.User.Password(); ok {
		pair := proxy.User.Username() + ":" + password
		scrub.hide(password, base64.StdEncoding.EncodeToString([]byte(pair)))
	}
	return nil
}

// isProxy reports whether net/http can use u. A URL that is none has become one of the host "http" by now, with the rest
// of it as path.
func isProxy(u *url.URL) bool {
	if u == nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return false
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return true
	}
	return false
}

// connectError is the answer of a proxy that did not connect.
type connectError struct{ status int }

func (e *connectError) Error() string {
	return fmt.Sprintf("the proxy answered %s", statusText(e.status))
}

// checkConnect keeps the status of a proxy's answer, so that one that may pass can be told.
func checkConnect(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return &connectError{status: resp.StatusCode}
	}
	return nil
}
