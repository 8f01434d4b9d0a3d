package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/atlas-sdk/v20250312001/admin"
	"golang.org/x/oauth2"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// TestTheSDKReadsOneOfEach calls the operations that the Atlas CLI and other providers use to describe an instance or a
// connection, and to list processors and private links.
func TestTheSDKReadsOneOfEach(t *testing.T) {
	t.Parallel()
	const name = "a/b c%2Fdü"
	data := orders(2)
	data.Projects[projectID].Instances[name] = sandbox.Instance{
		Results: data.Projects[projectID].Instances["orders"].Results, Processors: raw([]string{`{"name":"p","pipeline":[{"$limit":1}]}`}),
	}
	_, base := acctest.Serve(t, data)
	token := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: sandbox.DefaultCredentials().AccessToken})
	client, err := admin.NewClient(admin.UseBaseURL(base), admin.UseHTTPClient(oauth2.NewClient(t.Context(), token)))
	if err != nil {
		t.Fatal(err)
	}
	instance, resp, err := client.StreamsApi.GetStreamInstance(t.Context(), projectID, name).IncludeConnections(true).Execute()
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if instance.GetName() != name || instance.GetGroupId() != projectID || len(instance.GetConnections()) != 2 ||
		instance.DataProcessRegion.Region != "VIRGINIA_USA" || instance.StreamConfig.GetTier() != "SP30" {
		t.Errorf("got %+v", instance)
	}
	processors, resp, err := client.StreamsApi.ListStreamProcessors(t.Context(), projectID, name).Execute()
	if err != nil || processors.GetTotalCount() != 1 || processors.GetResults()[0].GetState() != "CREATED" {
		t.Fatalf("got %+v, %v", processors, err)
	}
	_ = resp.Body.Close()
	links, resp, err := client.StreamsApi.ListPrivateLinkConnections(t.Context(), projectID).Execute()
	if err != nil || links.GetTotalCount() != 0 || links.GetResults() == nil {
		t.Fatalf("got %+v, %v", links, err)
	}
	_ = resp.Body.Close()
	connection, resp, err := client.StreamsApi.GetStreamConnection(t.Context(), projectID, name, "c0002").Execute()
	if err != nil || connection.GetName() != "c0002" || connection.GetType() != "Sample" {
		t.Fatalf("got %+v, %v", connection, err)
	}
	_ = resp.Body.Close()
	_, resp, err = client.StreamsApi.GetStreamConnection(t.Context(), projectID, name, "x/y").Execute()
	if err == nil {
		t.Fatal("the SDK found a connection that does not exist")
	}
	_ = resp.Body.Close()
	wrong, _ := admin.AsError(err)
	if resp.StatusCode != http.StatusNotFound || wrong.GetErrorCode() != "STREAM_CONNECTION_NOT_FOUND_FOR_NAME" {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]any{"x/y", projectID, name}, wrong.GetParameters()); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}
