package acctest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// DataSource is one of the provider's data sources, as tests of what all of them do ask for it.
type DataSource struct {
	// Arguments are those that it requires, by name. They ask for the project, the instance and the first connection of
	// Data(Samples(n)...).
	Arguments map[string]string
	// Endpoint is the sandbox's endpoint that a read asks.
	Endpoint string
}

// ConnectionName is the name of the first connection of Samples.
const ConnectionName = "sample-00000"

// DataSources are all data sources of the provider, by name.
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
}

// Block is the data source name with its required arguments, under the name test.
func Block(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "data %q \"test\" {\n", name)
	arguments := DataSources[name].Arguments
	for _, argument := range slices.Sorted(maps.Keys(arguments)) {
		fmt.Fprintf(&b, "  %s = %q\n", argument, arguments[argument])
	}
	return b.String() + "}\n"
}

// Blocks is a Block of each data source.
func Blocks() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(DataSources)) {
		b.WriteString(Block(name))
	}
	return b.String()
}

// Answering is the data of Data, whose resources all follow the script of answers.
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
