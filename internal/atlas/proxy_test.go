package atlas

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
)

const proxyPassword = "correct-horse-battery"

// setProxy sets the given proxy variables, whose names are in capitals, and unsets all others.
func setProxy(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
		t.Setenv(strings.ToLower(name), "")
		t.Setenv(name, variables[name])
	}
}

func newFor(t *testing.T, base string) (*Client, error) {
	t.Helper()
	return New(Config{BaseURL: mustParse(t, base), Credentials: testToken()})
}

//nolint:paralleltest // the environment is that of the process
func TestProxiesThatCannotBeUsedAreErrors(t *testing.T) {
	malformed := []string{
		"http://[::1", "://", "not a URL", "http://user:" + proxyPassword + " @proxy.example", "http://proxy.example:port",
		"http://proxy.example:99999",
		"http://", "ftp://proxy.example", "file:///etc/passwd", "https://proxy.example/path", "http:proxy.example", "\x7f",
	}
	for _, value := range malformed {
		t.Run(value, func(t *testing.T) {
			setProxy(t, map[string]string{"HTTPS_PROXY": value})
			_, err := newFor(t, DefaultBaseURL)
			refused, ok := errors.AsType[*ProxyError](err)
			if !ok || refused.Variable != "HTTPS_PROXY" || strings.Contains(err.Error(), value) ||
				strings.Contains(err.Error(), proxyPassword) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestProxyErrorsNameTheVariable(t *testing.T) {
	setProxy(t, map[string]string{"HTTPS_PROXY": "http://proxy.example"})
	t.Setenv("https_proxy", "ftp://proxy.example")
	_, err := newFor(t, DefaultBaseURL)
	if refused, ok := errors.AsType[*ProxyError](err); !ok || refused.Variable != "https_proxy" {
		t.Errorf("got %v", err)
	}
}

//nolint:paralleltest // the environment is that of the process
func TestProxiesOfTheEnvironmentAreUsed(t *testing.T) {
	const secret = "http://user:" + proxyPassword + "@proxy.example:3128"
	cases := map[string]struct {
		variables map[string]string
		want      string
	}{
		"none":                      {nil, ""},
		"http":                      {map[string]string{"HTTPS_PROXY": secret}, secret},
		"https":                     {map[string]string{"HTTPS_PROXY": "https://proxy.example/"}, "https://proxy.example/"},
		"socks":                     {map[string]string{"HTTPS_PROXY": "socks5://proxy.example:1080"}, "socks5://proxy.example:1080"},
		"socks by name":             {map[string]string{"HTTPS_PROXY": "socks5h://proxy.example"}, "socks5h://proxy.example"},
		"host alone":                {map[string]string{"HTTPS_PROXY": "proxy.example:3128"}, "http://proxy.example:3128"},
		"not for Atlas":             {map[string]string{"HTTPS_PROXY": secret, "NO_PROXY": ".mongodb.com"}, ""},
		"not for https":             {map[string]string{"HTTP_PROXY": secret}, ""},
		"not for Atlas, and broken": {map[string]string{"HTTPS_PROXY": "http://[::1", "NO_PROXY": "cloud.mongodb.com"}, ""},
		"for others also":           {map[string]string{"HTTPS_PROXY": secret, "HTTP_PROXY": "http://[::1"}, secret},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			setProxy(t, c.variables)
			client, err := newFor(t, DefaultBaseURL)
			if err != nil {
				t.Fatal(err)
			}
			setProxy(t, map[string]string{"HTTPS_PROXY": "http://later.example"})
			got, err := client.cfg.Base.Proxy(&http.Request{URL: &url.URL{Scheme: "https", Host: "cloud.mongodb.com"}})
			if err != nil || got == nil && c.want != "" || got != nil && got.String() != c.want {
				t.Errorf("got %v, %v", got, err)
			}
			sent := base64.StdEncoding.EncodeToString([]byte("user:" + proxyPassword))
			text := client.scrub.clean(secret + sent)
			if c.want == secret && (strings.Contains(text, proxyPassword) || strings.Contains(text, sent)) {
				t.Errorf("the password is shown: %s", text)
			}
		})
	}
}

func TestProxiesThatDoNotConnect(t *testing.T) {
	t.Parallel()
	type testCase struct {
		status   string
		requests int
	}
	cases := map[string]testCase{
		"busy":           {"503 Service Unavailable", 3},
		"limits":         {"429 Too Many Requests", 3},
		"wants a user":   {"407 Proxy Authentication Required", 1},
		"forbids":        {"403 Forbidden", 1},
		"echoes":         {"407 You sent ", 1},
		"does not speak": {"", 1},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		listener := virtual.Listen()
		requests := 0
		t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
				requests++
				refuseToConnect(conn, c.status)
			}
		}()
		client := connectBy(t, listener.DialContext, withRetries(2), func(cfg *Config) { cfg.BaseURL.Scheme = "https" })
		client.cfg.Base.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.invalid", User: url.UserPassword("user", proxyPassword)})
		client.scrub.hide(proxyPassword)
		_, err := read(t.Context(), client)
		number, _, _ := strings.Cut(c.status, " ")
		if !isOwn(err) || !strings.Contains(err.Error(), number) || strings.Contains(err.Error(), "dXNlc") || requests != c.requests {
			t.Errorf("got %v after %d requests", err, requests)
		}
		network, _ := errors.AsType[*NetworkError](err)
		answer, ok := errors.AsType[*ConnectError](err)
		if ok != (number != "") || ok && (fmt.Sprint(answer.Status) != number || !network.Proxy) {
			t.Errorf("got the status of %v", answer)
		}
	})
}

// refuseToConnect answers one request as a proxy that repeats the request.
func refuseToConnect(conn net.Conn, status string) {
	defer func() { _ = conn.Close() }()
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 "+status+req.Header.Get("Proxy-Authorization")+"\r\nContent-Length: 0\r\n\r\n")
}
