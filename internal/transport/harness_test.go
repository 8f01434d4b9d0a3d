package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const (
	connectionsPath = "/api/atlas/v2/groups/" + virtual.ProjectID + "/streams/" + virtual.InstanceName + "/connections"
	itemsPerPage    = 500
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

// connect returns a client of handler, which it serves in memory. Options change the configuration of the client.
func connect(t *testing.T, handler http.Handler, options ...func(*Config)) *Client {
	t.Helper()
	return connectBy(t, virtual.Serve(t, handler), options...)
}

// connectBy returns a client that connects with dial.
func connectBy(t *testing.T, dial virtual.Dial, options ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{
		BaseURL:     &url.URL{Scheme: "http", Host: "atlas.invalid"},
		Credentials: testToken(),
		MaxRetries:  4,
		UserAgent:   "terraform-provider-atlas/test",
		Base:        newBaseTransport(nil),
	}
	cfg.Base.Proxy = nil
	cfg.Base.DialContext = dial
	limitHandshakes(cfg.Base)
	for _, option := range options {
		option(&cfg)
	}
	client, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cfg.Base.CloseIdleConnections)
	return client
}

func signedInBy(c Credentials) func(*Config) { return func(cfg *Config) { cfg.Credentials = c } }

func withRetries(n int) func(*Config) { return func(cfg *Config) { cfg.MaxRetries = n } }

// read lists the connections with the default timeout of a read.
func read(ctx context.Context, client *Client) (names []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, virtual.ReadTimeout)
	defer cancel()
	return list(ctx, client)
}

// list requests pages until one is not full, and returns the names.
func list(ctx context.Context, client *Client) (names []string, err error) {
	for pageNum := 1; ; pageNum++ {
		page, err := getPage(ctx, client, pageNum)
		if err != nil {
			return nil, err
		}
		if names = append(names, page...); len(page) < itemsPerPage {
			return names, nil
		}
	}
}

func getPage(ctx context.Context, client *Client, pageNum int) (names []string, err error) {
	target := client.cfg.BaseURL.JoinPath(connectionsPath)
	target.RawQuery = url.Values{"itemsPerPage": {strconv.Itoa(itemsPerPage)}, "pageNum": {strconv.Itoa(pageNum)}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/vnd.atlas.2023-02-01+json")
	resp, err := client.HTTPClient().Do(req) //nolint:bodyclose // in memory
	if err != nil {
		return nil, client.Failure(err)
	}
	body, err := client.JSON(resp)
	if err != nil {
		return nil, err
	}
	var page struct {
		Results []struct {
			Name string `json:"name"`
		} `json:"results"`
	}
	if err := json.Unmarshal(body, &page); err != nil || page.Results == nil {
		return nil, &ContentError{Reason: "is not a page"}
	}
	for _, result := range page.Results {
		names = append(names, result.Name)
	}
	return names, nil
}

func inMemory(body []byte) *memoryBody {
	return &memoryBody{ReadCloser: io.NopCloser(bytes.NewReader(body)), body: body}
}

func mustParse(t *testing.T, base string) *url.URL {
	t.Helper()
	u, err := ParseBaseURL(base)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
