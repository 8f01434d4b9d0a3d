package atlas

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// connect returns a client of handler, which it serves in memory. Options change the configuration of the transport.
func connect(t *testing.T, handler http.Handler, options ...func(*transport.Config)) *Client {
	t.Helper()
	base := &http.Transport{DialContext: virtual.Serve(t, handler), MaxConnsPerHost: 10}
	t.Cleanup(base.CloseIdleConnections)
	return newClient(t, base, options...)
}

// newClient returns a client that sends its requests through base.
func newClient(t testing.TB, base *http.Transport, options ...func(*transport.Config)) *Client {
	t.Helper()
	cfg := transport.Config{
		BaseURL:     &url.URL{Scheme: "http", Host: "atlas.invalid"},
		Credentials: transport.AccessToken(sandbox.DefaultCredentials().AccessToken),
		MaxRetries:  4,
		UserAgent:   "terraform-provider-atlas/test",
		Base:        base,
	}
	for _, option := range options {
		option(&cfg)
	}
	client, err := NewClient(cfg, "the access token of this test")
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func request() ListRequest {
	return ListRequest{ProjectID: virtual.ProjectID, InstanceName: virtual.InstanceName, ItemsPerPage: MaxItemsPerPage}
}

// operation is a list operation. Its data has n results, and answers for its requests.
type operation struct {
	data func(n int, answers ...sandbox.Answer) *sandbox.Data
	read func(ctx context.Context, client *Client, r ListRequest) (*Listing, error)
}

// eachOperation runs each case with each list operation, because the same rules apply to all of them.
func eachOperation[T any](t *testing.T, cases map[string]T, test func(t *testing.T, list operation, c T)) {
	t.Helper()
	for name, list := range operations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, cases, func(t *testing.T, c T) { test(t, list, c) })
		})
	}
}

var operations = map[string]operation{
	"connections": {virtual.Data, func(ctx context.Context, client *Client, r ListRequest) (*Listing, error) {
		return client.ListStreamConnections(ctx, r)
	}},
	"instances": {virtual.Instances, func(ctx context.Context, client *Client, r ListRequest) (*Listing, error) {
		return client.ListStreamInstances(ctx, r)
	}},
}

// read lists the connections with the default timeout of a read.
func read(ctx context.Context, client *Client) (*Listing, error) {
	ctx, cancel := context.WithTimeout(ctx, virtual.ReadTimeout)
	defer cancel()
	return client.ListStreamConnections(ctx, request())
}
