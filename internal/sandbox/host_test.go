package sandbox_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// from reads the connections as a client does that knows the sandbox by another host name.
func from(t *testing.T, base, host string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+connectionsPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header, req.Host = bearer(sandbox.DefaultCredentials().AccessToken), host
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// A web page on rebound.invalid could otherwise read the data, by mapping its name to this machine.
func TestOnlyLoopbackHostsAreAnswered(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1), sandbox.OnlyLoopbackHosts())
	for host, status := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "LOCALHOST": 200,
		"127.0.0.1": 200, "127.0.0.1:8080": 200, "127.1.2.3": 200, "[::1]": 200, "[::1]:8080": 200, "[::ffff:127.0.0.1]:80": 200,
		"rebound.invalid": 421, "rebound.invalid:8080": 421, "localhost.rebound.invalid": 421, "127.0.0.1.rebound.invalid": 421,
		"192.0.2.1:8080": 421, "0.0.0.0": 421, "[2001:db8::1]:80": 421, "localhost:80:80": 421,
	} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			a := from(t, base, host)
			if a.status != status || strings.Contains(a.body, "c0001") != (status == 200) {
				t.Fatalf("got %d %s", a.status, a.body)
			}
			if status == 421 && !strings.Contains(decode[apiError](t, a).Detail, "not for the host \""+host+"\"") {
				t.Errorf("the error does not say why: %s", a.body)
			}
		})
	}
}

func TestEveryHostIsAnsweredByDefault(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1))
	if a := from(t, base, "atlas.invalid"); a.status != http.StatusOK {
		t.Errorf("got %d %s", a.status, a.body)
	}
}
