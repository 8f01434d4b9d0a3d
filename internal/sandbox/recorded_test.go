package sandbox_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// TestAnswersAreAsRecorded compares answers with recorded answers of Atlas, in which only names, IDs, and addresses are changed.
// An asterisk in a header matches what varies.
func TestAnswersAreAsRecorded(t *testing.T) {
	t.Parallel()
	reader := bearer(sandbox.DefaultCredentials().AccessToken)
	kafka := json.RawMessage(`{"type":"Kafka","state":"READY","name":"connection-290","region":"VIRGINIA_USA","links":[],
		"id":"6a7941e0c0eb9e7a17723361","security":{"protocol":"PLAINTEXT","links":[]},"config":{"auto.offset.reset":"earliest"},
		"networking":{"links":[],"access":{"type":"PUBLIC","links":[]}},"bootstrapServers":"example.com:8080,fraud.example.com:8000",
		"authentication":{"username":"admin","mechanism":"SCRAM-256","password":"never returned"}}`)
	cluster := json.RawMessage(`{"name":"ClusterConn","type":"Cluster","clusterGroupId":"` + projectID + `","clusterName":"cluster-910",
		"dbRoleToExecute":{"type":"BUILT_IN","role":"atlasAdmin"},"id":"6a7944f7c0eb9e7a1772f397","region":"VIRGINIA_USA","state":"READY"}`)
	instance := sandbox.Data{Projects: map[string]sandbox.Project{projectID: {Instances: map[string]sandbox.Instance{"instance-908": {
		ID: "6a7941c22c88faeba59c5854", Hostnames: []string{"atlas-stream-6a7941c22c88faeba59c5854-pxhqvd.virginia-usa.a.query.mongodb-dev.net"},
	}}}}}
	links := withPrivateLinks(`{"state":"IDLE","region":"US_EAST_2","provider":"AZURE","links":[],"_id":"6a7941d3c0eb9e7a17723311",
		"serviceEndpointId":"/subscriptions/00000000/resourceGroups/rg/providers/Microsoft.EventHub/namespaces/test-namespace",
		"dnsDomain":"test-namespace.servicebus.windows.net"}`)
	scripted := func(a sandbox.Answer) *sandbox.Data {
		return &sandbox.Data{Projects: map[string]sandbox.Project{projectID: {Answers: []sandbox.Answer{a}}}}
	}
	cases := map[string]struct {
		data   *sandbox.Data
		path   string
		header http.Header
	}{
		"listing":                  {withResults(kafka), connectionsPath, reader},
		"listing-more":             {orders(2), connectionsPath + "?itemsPerPage=1", reader},
		"connection":               {withResults(cluster), connectionsPath + "/ClusterConn", reader},
		"instances":                {&instance, instancesPath, reader},
		"private-links":            {links, privateLinksPath, reader},
		"no-instances":             {scripted(sandbox.Answer{}), instancesPath, reader},
		"unknown-connection":       {orders(1), connectionsPath + "/kafka-conn-ssl", reader},
		"unknown-instance":         {orders(1), instancesPath + "/nope/connections", reader},
		"unknown-project":          {orders(1), "/api/atlas/v2/groups/5f0123456789abcdef000000/streams", reader},
		"unsigned":                 {orders(1), "/api/atlas/v2/anything", acceptVersion},
		"role-missing":             {orders(1), connectionsPath, bearer(sandbox.CredentialsWithoutRole().AccessToken)},
		"key-access-list":          {orders(1), connectionsPath, bearer(sandbox.CredentialsOffAccessList().AccessToken)},
		"organization-access-list": {scripted(sandbox.Answer{Status: 403, ErrorCode: "ORG_REQUIRES_ACCESS_LIST"}), instancesPath, reader},
		"unexpected-error":         {scripted(sandbox.Answer{Status: 500}), instancesPath, reader},
		"null-parameters":          {scripted(sandbox.Answer{Status: 500, Parameters: json.RawMessage("null")}), instancesPath, reader},
		"token-bucket":             {scripted(sandbox.Answer{Status: 429}), instancesPath, reader},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, base := acctest.Serve(t, tc.data)
			a := do(t, http.DefaultClient, http.MethodGet, base+tc.path, nil, tc.header.Clone())
			checkRecorded(t, name, base, a)
		})
	}
}

func TestTheTokenEndpointAnswersAsRecorded(t *testing.T) {
	t.Parallel()
	c := sandbox.DefaultCredentials()
	_, base := acctest.Serve(t, nil, sandbox.WithTokenAnswers(sandbox.Answer{Status: http.StatusTooManyRequests}))
	token := func() answer {
		return postForm(t, base+"/api/oauth/token", c.ClientID, c.ClientSecret, clientCredentials)
	}
	checkRecorded(t, "token-rate-limit", base, token())
	for range 100 {
		if a := token(); a.status != http.StatusOK {
			t.Fatalf("got %d", a.status)
		}
	}
	checkRecorded(t, "token-limit", base, token())
}

func withResults(connections ...json.RawMessage) *sandbox.Data {
	data := orders(0)
	data.Projects[projectID].Instances["orders"] = sandbox.Instance{Results: connections}
	return data
}

// checkRecorded compares the status, the body, and the recorded headers.
func checkRecorded(t *testing.T, name, base string, got answer) {
	t.Helper()
	content, err := os.ReadFile("testdata/recorded/" + name + ".http") //nolint:gosec // A file of this repository.
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := http.ReadResponse(bufio.NewReader(strings.NewReader(string(content))), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = recorded.Body.Close() }()
	body, err := io.ReadAll(recorded.Body)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(strings.TrimSuffix(string(body), "\n"), "{base}", base)
	if diff := cmp.Diff(want, got.body); diff != "" || got.status != recorded.StatusCode {
		t.Errorf("got %d, want %d (-recorded +served):\n%s", got.status, recorded.StatusCode, diff)
	}
	for header := range recorded.Header {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(recorded.Header.Get(header)), `\*`, `[0-9A-Za-z]+`)
		if !regexp.MustCompile("^" + pattern + "$").MatchString(got.header.Get(header)) {
			t.Errorf("%s is %q, want %q", header, got.header.Get(header), recorded.Header.Get(header))
		}
	}
	if code := got.header.Get("X-Error-Code"); code != recorded.Header.Get("X-Error-Code") {
		t.Errorf("X-Error-Code is %q", code)
	}
}
