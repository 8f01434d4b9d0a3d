package atlas

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const (
	testProject  = "5f0123456789abcdef012345"
	testInstance = "orders"
	// readTimeout is the data source's own default.
	readTimeout = 5 * time.Minute
)

func testToken() AccessToken { return AccessToken(sandbox.DefaultCredentials().AccessToken) }

func testServiceAccount() ServiceAccount {
	c := sandbox.DefaultCredentials()
	return ServiceAccount{ClientID: c.ClientID, ClientSecret: c.ClientSecret}
}

func testAPIKey() APIKey {
	c := sandbox.DefaultCredentials()
	return APIKey{PublicKey: c.PublicKey, PrivateKey: c.PrivateKey}
}

func everySignIn() map[string]Credentials {
	return map[string]Credentials{"access token": testToken(), "service account": testServiceAccount(), "API key": testAPIKey()}
}

// orders is a project with one instance of n connections.
func orders(n int, answers ...sandbox.Answer) *sandbox.Data {
	results := make([]json.RawMessage, n)
	for i := range results {
		results[i] = sample(i)
	}
	return &sandbox.Data{Projects: map[string]sandbox.Project{
		testProject: {Instances: map[string]sandbox.Instance{testInstance: {Results: results, Answers: answers}}},
	}}
}

func sample(i int) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"name":"connection-%05d","type":"Sample"}`, i))
}

// inVirtualTime runs each case in a bubble of its own, whose clock moves when all of its goroutines wait, and which ends
// when all of them have.
func inVirtualTime[T any](t *testing.T, cases map[string]T, test func(t *testing.T, c T)) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, c) })
		})
	}
}

// connect returns a client of handler, which serves it in memory. Options alter its configuration.
func connect(t *testing.T, handler http.Handler, options ...func(*Config)) *Client {
	t.Helper()
	return connectBy(t, serve(t, handler), options...)
}

type dial func(ctx context.Context, network, address string) (net.Conn, error)

// connectBy returns a client whose every connection is made by d.
func connectBy(t *testing.T, d dial, options ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{
		BaseURL:     &url.URL{Scheme: "http", Host: "atlas.test"},
		Credentials: testToken(),
		MaxRetries:  4,
		UserAgent:   "terraform-provider-atlas/test",
	}
	for _, option := range options {
		option(&cfg)
	}
	base := newBaseTransport()
	base.Proxy = nil
	base.DialContext = d
	client, err := newClient(cfg, base)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(base.CloseIdleConnections)
	return client
}

// serve serves handler in memory until the test ends.
func serve(t *testing.T, handler http.Handler) dial {
	t.Helper()
	listener := sandbox.ListenInMemory()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Hour, ErrorLog: discardLog()}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.DialContext
}

func signedInBy(c Credentials) func(*Config) { return func(cfg *Config) { cfg.Credentials = c } }

func withRetries(n int) func(*Config) { return func(cfg *Config) { cfg.MaxRetries = n } }

func request() ListRequest {
	return ListRequest{ProjectID: testProject, InstanceName: testInstance, ItemsPerPage: MaxItemsPerPage}
}

// read lists the connections within the time that a read has.
func read(ctx context.Context, client *Client) (*Listing, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	return client.ListStreamConnections(ctx, request())
}

// count returns how many requests reached an endpoint of the sandbox.
func count(s *sandbox.Sandbox, endpoint string) int {
	n := 0
	for _, r := range s.Requests() {
		if r.Endpoint == endpoint {
			n++
		}
	}
	return n
}

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

func mustParse(t *testing.T, base string) *url.URL {
	t.Helper()
	u, err := ParseBaseURL(base)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
