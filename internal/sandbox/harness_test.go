package sandbox_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const (
	projectID        = "5f0123456789abcdef012345"
	version          = "application/vnd.atlas.2023-02-01+json"
	mediaType        = version + ";charset=utf-8"
	processorVersion = "application/vnd.atlas.2024-05-30+json"
	instancesPath    = "/api/atlas/v2/groups/" + projectID + "/streams"
	connectionsPath  = instancesPath + "/orders/connections"
	processorsPath   = instancesPath + "/orders/processors"
	privateLinksPath = instancesPath + "/privateLinkConnections"
)

// orders returns one project with the instance "orders", which has n connections: c0001, c0002, and so on.
func orders(n int, answers ...sandbox.Answer) *sandbox.Data {
	results := make([]json.RawMessage, n)
	for i := range results {
		results[i] = sample(i + 1)
	}
	return &sandbox.Data{Projects: map[string]sandbox.Project{
		projectID: {Instances: map[string]sandbox.Instance{"orders": {Results: results, Answers: answers}}},
	}}
}

func sample(i int) json.RawMessage {
	return json.RawMessage(`{"name":"c` + strconv.Itoa(10000 + i)[1:] + `","type":"Sample"}`)
}

// withProcessors returns one project with the instance "orders", which has these processors.
func withProcessors(processors ...string) *sandbox.Data {
	data := orders(0)
	i := data.Projects[projectID].Instances["orders"]
	i.Processors = raw(processors)
	data.Projects[projectID].Instances["orders"] = i
	return data
}

// withPrivateLinks returns one project with these private links.
func withPrivateLinks(links ...string) *sandbox.Data {
	return &sandbox.Data{Projects: map[string]sandbox.Project{projectID: {PrivateLinks: raw(links)}}}
}

func raw(values []string) []json.RawMessage {
	list := make([]json.RawMessage, len(values))
	for i, value := range values {
		list[i] = json.RawMessage(value)
	}
	return list
}

type answer struct {
	status int
	header http.Header
	body   string
}

func do(t *testing.T, client *http.Client, method, target string, body io.Reader, header http.Header) answer {
	t.Helper()
	a, err := try(t, client, method, target, body, header)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// try sends one request and reads the complete answer. It does not follow redirects.
func try(t *testing.T, client *http.Client, method, target string, body io.Reader, header http.Header) (answer, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	c := *client
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := c.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	return answer{status: resp.StatusCode, header: resp.Header, body: string(content)}, err
}

// get sends a request with the default access token, for the version of processors, which is also one of all other resources.
func get(t *testing.T, target string) answer {
	t.Helper()
	return getBy(t, sandbox.DefaultCredentials(), target)
}

func getBy(t *testing.T, c sandbox.Credentials, target string) answer {
	t.Helper()
	header := bearer(c.AccessToken)
	header.Set("Accept", processorVersion)
	return do(t, http.DefaultClient, http.MethodGet, target, nil, header)
}

func bearer(token string) http.Header {
	return http.Header{"Accept": {version}, "Authorization": {"Bearer " + token}}
}

// postForm sends a form to the token or the revoke endpoint, as a service account.
func postForm(t *testing.T, target, id, secret string, form url.Values) answer {
	t.Helper()
	return postFormBy(t, http.DefaultClient, target, id, secret, form)
}

func postFormBy(t *testing.T, client *http.Client, target, id, secret string, form url.Values) answer {
	t.Helper()
	basic := base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id) + ":" + url.QueryEscape(secret)))
	return do(t, client, http.MethodPost, target, strings.NewReader(form.Encode()), http.Header{
		"Authorization": {"Basic " + basic},
		"Content-Type":  {"application/x-www-form-urlencoded"},
	})
}

func decode[T any](t *testing.T, a answer) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("the answer is not as expected: %v\n%s", err, a.body)
	}
	return v
}

// page is a page of a list as a client decodes it.
type page struct {
	Links []struct {
		Href string `json:"href"`
		Rel  string `json:"rel"`
	} `json:"links"`
	Results []struct {
		ID   string `json:"_id"`
		Name string `json:"name"`
	} `json:"results"`
	TotalCount *int `json:"totalCount"`
	Status     int  `json:"status"`
}

type apiError struct {
	Detail     string `json:"detail"`
	Error      int    `json:"error"`
	ErrorCode  string `json:"errorCode"`
	Parameters []any  `json:"parameters"`
	Reason     string `json:"reason"`
}

// lines is a writer of complete lines that is safe for concurrent use.
type lines struct {
	mu    sync.Mutex
	lines []string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, string(p))
	return len(p), nil
}

func (l *lines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}

// inMemory returns a client of a sandbox without a network, for tests in virtual time.
func inMemory(t *testing.T, s *sandbox.Sandbox) *http.Client {
	t.Helper()
	// On a kept connection, net/http would retry a broken request.
	return &http.Client{Transport: &http.Transport{DialContext: virtual.Serve(t, s), DisableKeepAlives: true}}
}
