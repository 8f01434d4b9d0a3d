package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestValidateSendsNothing(t *testing.T) {
	t.Parallel()
	s, url := acctest.Serve(t, acctest.Data())
	c := acctest.NewCLI(t, acctest.ProviderBlock(url), acctest.DataBlock())
	c.Run(t, nil, "validate")
	if got := len(s.Requests()); got != 0 {
		t.Errorf("%d requests, want none", got)
	}
}

func TestPlanFetchesOneTokenAndRevokesIt(t *testing.T) {
	t.Parallel()
	s, url := acctest.Serve(t, acctest.Data(acctest.Samples(501)...)) // two pages, which each listing reads twice
	second := strings.Replace(acctest.DataBlock(), `"test"`, `"second"`, 1)
	c := acctest.NewCLI(t, acctest.ProviderBlock(url), acctest.DataBlock(), second)
	c.Run(t, nil, "plan")
	for endpoint, want := range map[string]int{sandbox.EndpointToken: 1, sandbox.EndpointConnections: 8, sandbox.EndpointRevoke: 1} {
		if got := acctest.Count(s, endpoint); got != want {
			t.Errorf("%d requests of the endpoint %s, want %d", got, endpoint, want)
		}
	}
}

// A plan of a whole project signs in once. It requests each page once that is not full, and one more after each full page.
func TestPlanOfAWholeProject(t *testing.T) {
	t.Parallel()
	const instances, full = 30, 3 // of the instances, so many have a full page
	data := &sandbox.Data{Projects: map[string]sandbox.Project{acctest.ProjectID: {Instances: map[string]sandbox.Instance{}}}}
	total := 0
	for i := range instances {
		n := 499
		if i < full {
			n = 500
		}
		total += n
		data.Projects[acctest.ProjectID].Instances[fmt.Sprintf("instance-%02d", i)] = sandbox.Instance{Results: acctest.Samples(n)}
	}
	s, url := acctest.Serve(t, data)
	output := acctest.NewCLI(t, acctest.ProviderBlock(url), acctest.Block("atlas_streams_instances"), fmt.Sprintf(`
		data "atlas_streams_connections" "each" {
		  for_each      = toset(data.atlas_streams_instances.test.results[*].name)
		  project_id    = %q
		  instance_name = each.key
		}
		data "atlas_streams_processors" "each" {
		  for_each      = toset(data.atlas_streams_instances.test.results[*].name)
		  project_id    = data.atlas_streams_instances.test.project_id
		  instance_name = each.key
		}
		data "atlas_streams_private_links" "all" {
		  project_id = data.atlas_streams_instances.test.project_id
		}
		output "connections" {
		  value = sum([for listing in data.atlas_streams_connections.each : length(listing.results)])
		}`, acctest.ProjectID)).Run(t, nil, "plan")
	if want := fmt.Sprintf("connections = %d", total); !strings.Contains(output, want) {
		t.Errorf("the plan does not say %s:\n%s", want, output)
	}
	for endpoint, want := range map[string]int{
		sandbox.EndpointInstances: 1, sandbox.EndpointConnections: instances + full, sandbox.EndpointProcessors: instances,
		sandbox.EndpointPrivateLinks: 1, sandbox.EndpointToken: 1, sandbox.EndpointRevoke: 1,
	} {
		if got := acctest.Count(s, endpoint); got != want {
			t.Errorf("%d requests of the endpoint %s, want %d", got, endpoint, want)
		}
	}
}
