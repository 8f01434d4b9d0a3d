package acctest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// DataSource describes a data source of the provider to the tests that read all of them.
type DataSource struct {
	// Arguments are the required arguments. They identify the project, the instance, and the first connection in
	// Data(Samples(n)...).
	Arguments map[string]string
	// Endpoint is the endpoint of the sandbox that a read requests.
	Endpoint string
}

// ConnectionName is the name of the first connection of Samples.
const ConnectionName = "sample-00000"

// DataSources contains all data sources of the provider, by name.
var DataSources = map[string]DataSource{
	"atlas_streams_connection": {
		Arguments: map[string]string{"project_id": ProjectID, "instance_name": InstanceName, "name": ConnectionName},
		Endpoint:  sandbox.EndpointConnection,
	},
	"atlas_streams_connections": {
		Arguments: map[string]string{"project_id": ProjectID, "instance_name": InstanceName},
		Endpoint:  sandbox.EndpointConnections,
	},
	"atlas_streams_instances": {
		Arguments: map[string]string{"project_id": ProjectID},
		Endpoint:  sandbox.EndpointInstances,
	},
	"atlas_streams_private_links": {
		Arguments: map[string]string{"project_id": ProjectID},
		Endpoint:  sandbox.EndpointPrivateLinks,
	},
	"atlas_streams_processors": {
		Arguments: map[string]string{"project_id": ProjectID, "instance_name": InstanceName},
		Endpoint:  sandbox.EndpointProcessors,
	},
}

// Block returns a data block named test of the data source name, with its required arguments.
func Block(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "data %q \"test\" {\n", name)
	arguments := DataSources[name].Arguments
	for _, argument := range slices.Sorted(maps.Keys(arguments)) {
		fmt.Fprintf(&b, "  %s = %q\n", argument, arguments[argument])
	}
	return b.String() + "}\n"
}

// Blocks returns a Block of each data source.
func Blocks() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(DataSources)) {
		b.WriteString(Block(name))
	}
	return b.String()
}

// Answering returns data after it sets the script of all its resources to answers.
func Answering(data *sandbox.Data, answers ...sandbox.Answer) *sandbox.Data {
	for id, project := range data.Projects {
		project.Answers = answers
		for name, instance := range project.Instances {
			instance.Answers = answers
			project.Instances[name] = instance
		}
		data.Projects[id] = project
	}
	return data
}
