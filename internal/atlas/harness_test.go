package atlas

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const (
	connectionsPath = "/api/atlas/v2/groups/" + virtual.ProjectID + "/streams/" + virtual.InstanceName + "/connections"
	second          = sandbox.Duration(time.Second)
)

func testToken() Credential {
	return Credential{Kind: AccessToken, Source: "of this test", Secret: sandbox.DefaultCredentials().AccessToken}
}

func testServiceAccount() Credential {
	c := sandbox.DefaultCredentials()
	return Credential{Kind: ServiceAccount, Source: "of this test", ID: c.ClientID, Secret: c.ClientSecret}
}

func testAPIKey() Credential {
	c := sandbox.DefaultCredentials()
	return Credential{Kind: APIKey, Source: "of this test", ID: c.PublicKey, Secret: c.PrivateKey}
}

func everySignIn() map[string]Credential {
	return map[string]Credential{"access token": testToken(), "service account": testServiceAccount(), "API key": testAPIKey()}
}

// connect returns a client of handler, which it serves in memory. Options change the configuration of the client.
func connect(t testing.TB, handler http.Handler, options ...func(*Config)) *Client {
	t.Helper()
	return connectBy(t, virtual.Serve(t, handler), options...)
}

// connectBy returns a client that connects with dial.
func connectBy(t testing.TB, dial virtual.Dial, options ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{
		BaseURL:    &url.URL{Scheme: "http", Host: "atlas.invalid"},
		Credential: testToken(),
		MaxRetries: 4,
		UserAgent:  "terraform-provider-atlas/test",
		Dial:       dial,
	}
	for _, option := range options {
		option(&cfg)
	}
	client, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.base.CloseIdleConnections)
	return client
}

func signedInBy(c Credential) func(*Config) { return func(cfg *Config) { cfg.Credential = c } }

func withRetries(n int) func(*Config) { return func(cfg *Config) { cfg.MaxRetries = n } }

func request() ListRequest {
	return ListRequest{ProjectID: virtual.ProjectID, InstanceName: virtual.InstanceName, ItemsPerPage: MaxItemsPerPage}
}

// readPages lists the connections page by page, each once, with the default timeout of a read. It returns their names.
func readPages(ctx context.Context, client *Client) (names []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, virtual.ReadTimeout)
	defer cancel()
	for pageNum := 1; ; pageNum++ {
		r := request()
		r.PageNum = pageNum
		page, err := client.ListStreamConnections(ctx, r)
		if err != nil {
			return nil, err
		}
		for _, connection := range page.Results {
			names = append(names, connection.Name)
		}
		if len(page.Results) < MaxItemsPerPage {
			return names, nil
		}
	}
}

// readAll starts n reads in parallel, each page by page, and returns their errors.
func readAll(ctx context.Context, client *Client, n int) []error {
	errs := make([]error, n)
	var reads sync.WaitGroup
	for i := range n {
		reads.Go(func() { _, errs[i] = readPages(ctx, client) })
	}
	reads.Wait()
	return errs
}

// read lists the connections with the default timeout of a read.
func read(ctx context.Context, client *Client) (*Listing, error) {
	ctx, cancel := context.WithTimeout(ctx, virtual.ReadTimeout)
	defer cancel()
	return client.ListStreamConnections(ctx, request())
}

// listOperation is a list operation. Its data has n results, and answers for its requests.
type listOperation struct {
	data func(n int, answers ...sandbox.Answer) *sandbox.Data
	read func(ctx context.Context, client *Client, r ListRequest) (*Listing, error)
}

// eachOperation runs each case with a list of an instance and one of a project, because the same rules apply to all of them.
func eachOperation[T any](t *testing.T, cases map[string]T, test func(t *testing.T, list listOperation, c T)) {
	t.Helper()
	for name, list := range listOperations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, cases, func(t *testing.T, c T) { test(t, list, c) })
		})
	}
}

var listOperations = map[string]listOperation{
	"connections": {virtual.Data, func(ctx context.Context, client *Client, r ListRequest) (*Listing, error) {
		return client.ListStreamConnections(ctx, r)
	}},
	"instances": {virtual.Instances, func(ctx context.Context, client *Client, r ListRequest) (*Listing, error) {
		return client.ListStreamInstances(ctx, r)
	}},
}

// readAMinuteAgo reads successfully and lets a minute pass, so that the token of client, if any, is old enough to be replaced.
func readAMinuteAgo(t *testing.T, client *Client) {
	t.Helper()
	if _, err := read(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute)
}
