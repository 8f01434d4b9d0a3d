package acceptance

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// TestAcc reads a project with a real CLI and changes nothing in it. If TF_ACC is set, as by make testacc, it reads a project in
// Atlas. Set these environment variables:
//
//   - MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET, or other credentials of the provider. The role Project Data Access
//     Read Only is enough.
//   - MONGODB_ATLAS_PROJECT_ID, the ID of the project.
//   - MONGODB_ATLAS_INSTANCE_NAME, the name of a stream processing instance in the project, ideally with two connections.
//   - MONGODB_ATLAS_NO_ROLE_PUBLIC_API_KEY and MONGODB_ATLAS_NO_ROLE_PRIVATE_API_KEY, an API key without a role in the project.
//     Both are optional.
//
// Otherwise, it reads a project in a sandbox, so that every run of the tests also tests this one.
func TestAcc(t *testing.T) {
	t.Parallel()
	p := accProject(t)
	t.Run("listing", func(t *testing.T) {
		t.Parallel()
		testAccListing(t, p)
	})
	for name, test := range map[string]struct {
		environment []string
		argument    string
		want        string
	}{
		"wrong instance": {p.environment, fmt.Sprintf("instance_name = %q", p.instanceName+"-missing"),
			"404.*STREAM_TENANT_NOT_FOUND_FOR_NAME.*Check instance_name"},
		"wrong project": {p.environment, `project_id = "ffffffffffffffffffffffff"`, "404.*GROUP_NOT_FOUND.*Check project_id"},
		"missing role":  {p.withoutRole, "", "USER_UNAUTHORIZED.*role"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.environment == nil {
				t.Skip("MONGODB_ATLAS_NO_ROLE_PUBLIC_API_KEY and MONGODB_ATLAS_NO_ROLE_PRIVATE_API_KEY are not set.")
			}
			output, err := acctest.NewCLI(t, p.dataBlock(test.argument)).Command(t, test.environment, "plan").CombinedOutput()
			if err == nil || !acctest.Folded("Unable to list streams connections.*"+test.want).Match(output) {
				t.Errorf("%v, want an error with %s\n%s", err, test.want, output)
			}
		})
	}
}

// project is the project to read, in Atlas or in a sandbox.
type project struct {
	id, instanceName string
	environment      []string
	withoutRole      []string // environment variables of a key without a role; nil if there is none
}

func (p project) dataBlock(arguments ...string) string {
	all := []string{fmt.Sprintf("project_id = %q", p.id), fmt.Sprintf("instance_name = %q", p.instanceName)}
	return acctest.Override(acctest.DataBlock(), append(all, arguments...)...)
}

func accProject(t *testing.T) project {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		_, url := acctest.Serve(t, acctest.Data(fixtures.Mixed(t, 12)...))
		key := sandbox.CredentialsWithoutRole()
		return project{acctest.ProjectID, acctest.InstanceName, acctest.SignIns(url)["service account"], []string{
			"MONGODB_ATLAS_BASE_URL=" + url,
			"MONGODB_ATLAS_PUBLIC_API_KEY=" + key.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY=" + key.PrivateKey,
		}}
	}
	p := project{id: os.Getenv("MONGODB_ATLAS_PROJECT_ID"), instanceName: os.Getenv("MONGODB_ATLAS_INSTANCE_NAME")}
	if p.id == "" || p.instanceName == "" {
		t.Fatal("Set MONGODB_ATLAS_PROJECT_ID and MONGODB_ATLAS_INSTANCE_NAME.")
	}
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); name == "MONGODB_ATLAS_BASE_URL" || name == "MCLI_OPS_MANAGER_URL" {
			p.withoutRole = append(p.withoutRole, variable)
		}
		if strings.HasPrefix(variable, "MONGODB_ATLAS_") || strings.HasPrefix(variable, "MCLI_") {
			p.environment = append(p.environment, variable)
		}
	}
	public, private := os.Getenv("MONGODB_ATLAS_NO_ROLE_PUBLIC_API_KEY"), os.Getenv("MONGODB_ATLAS_NO_ROLE_PRIVATE_API_KEY")
	p.withoutRole = append(p.withoutRole, "MONGODB_ATLAS_PUBLIC_API_KEY="+public, "MONGODB_ATLAS_PRIVATE_API_KEY="+private)
	if public == "" || private == "" {
		p.withoutRole = nil
	}
	return p
}

func testAccListing(t *testing.T, p project) {
	t.Helper()
	all, count := p.list(t)
	if len(all) == 0 || len(all) != count || !slices.IsSorted(all) {
		t.Errorf("%d connections, which are not all, or not sorted: %q", count, all)
	}
	if paged, _ := p.list(t, "items_per_page = 1"); !slices.Equal(paged, all) {
		t.Errorf("in pages of one connection %q, in one page %q", paged, all)
	}
	if len(all) < 2 {
		t.Skipf("%s has only one connection, which does not fill two pages.", p.instanceName)
	}
	first, _ := p.list(t, "items_per_page = 1", "page_num = 1")
	second, _ := p.list(t, "items_per_page = 1", "page_num = 2")
	if both := slices.Concat(first, second); len(first) != 1 || len(second) != 1 || first[0] == second[0] ||
		!slices.Contains(all, first[0]) || !slices.Contains(all, second[0]) {
		t.Errorf("two pages of one connection list %q, of %q", both, all)
	}
}

// list plans a listing and returns the names of its results and the total count.
func (p project) list(t *testing.T, arguments ...string) (names []string, total int) {
	t.Helper()
	c := acctest.NewCLI(t, p.dataBlock(arguments...))
	c.Run(t, p.environment, "plan", "-out=plan.bin")
	var plan struct {
		State struct {
			Values struct {
				Root struct {
					Resources []struct {
						Values struct {
							TotalCount int `json:"total_count"`
							Results    []struct{ Name, Type string }
						}
					}
				} `json:"root_module"`
			}
		} `json:"prior_state"`
	}
	if err := json.Unmarshal([]byte(c.Run(t, nil, "show", "-json", "plan.bin")), &plan); err != nil {
		t.Fatal(err)
	}
	if len(plan.State.Values.Root.Resources) != 1 {
		t.Fatal("the plan has no listing")
	}
	listing := plan.State.Values.Root.Resources[0].Values
	for _, result := range listing.Results {
		if result.Name == "" || result.Type == "" {
			t.Errorf("a result has the name %q and the type %q", result.Name, result.Type)
		}
		names = append(names, result.Name)
	}
	return names, listing.TotalCount
}
