package transport

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"

	"golang.org/x/net/http/httpproxy"
)

// useProxy has t take its proxy from the environment as it is now; net/http's own function keeps what it was once. It
// fails where HTTPS_PROXY names no usable proxy, for which net/http would silently connect directly, and has scrub hide
// the proxy's password. HTTP_PROXY is of no concern: base is plain http on loopback alone, which needs no proxy.
func useProxy(t *http.Transport, base *url.URL, scrub *scrubber) error {
	env := httpproxy.FromEnvironment()
	pick := env.ProxyFunc()
	t.Proxy = func(req *http.Request) (*url.URL, error) { return pick(req.URL) }

	// What any proxy that can be used would do tells whether NO_PROXY names base.
	usable := httpproxy.Config{HTTPSProxy: "proxy.example", NoProxy: env.NoProxy}
	if proxy, err := usable.ProxyFunc()(base); env.HTTPSProxy == "" || err == nil && proxy == nil {
		return nil
	}
	proxy, err := pick(base)
	if err != nil || !isProxy(proxy) {
		return &ProxyError{Variable: "HTTPS_PROXY"}
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

// checkConnect keeps the status of a proxy's answer, so that one that may pass can be told.
func checkConnect(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return &ConnectError{Status: resp.StatusCode}
	}
	return nil
}
