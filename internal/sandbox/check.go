package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// contradictions returns mistakes that a JSON Schema cannot describe, because they depend on other parts of the document.
func (d *Data) contradictions() []problem {
	var problems []problem
	d.eachInstance(func(at jsontext.Pointer, projectID, name string, instance Instance) {
		if instance.Name != "" && instance.Name != name {
			problems = append(problems, problem{at.AppendToken("name"), fmt.Sprintf("must be %q, the name of the instance in the project", name)})
		}
		if instance.GroupID != "" && instance.GroupID != projectID {
			problems = append(problems, problem{at.AppendToken("groupId"), fmt.Sprintf("must be %q, the id of the project", projectID)})
		}
		problems = append(problems, duplicates(at.AppendToken("results"), instance.Results)...)
	})
	return problems
}

// duplicates returns connections that have the same name as an earlier connection of their instance.
func duplicates(at jsontext.Pointer, connections []json.RawMessage) []problem {
	var problems []problem
	names := map[string]bool{}
	for i, raw := range connections {
		var connection struct {
			Name string `json:"name"`
		}
		if json.Unmarshal(raw, &connection) != nil {
			continue
		}
		if names[connection.Name] {
			problems = append(problems, problem{
				at.AppendToken(strconv.Itoa(i)).AppendToken("name"),
				fmt.Sprintf("another connection of the instance is also named %q", connection.Name),
			})
		}
		names[connection.Name] = true
	}
	return problems
}

// cutListings returns saved listings that have fewer connections than their total count.
func (d *Data) cutListings() []problem {
	var problems []problem
	d.eachInstance(func(at jsontext.Pointer, _, _ string, instance Instance) {
		if count := instance.TotalCount; count != nil && *count > len(instance.Results) {
			problems = append(problems, problem{
				at.AppendToken("totalCount"),
				fmt.Sprintf("the listing contains only %d of %d connections", len(instance.Results), *count),
			})
		}
	})
	return problems
}

func (d *Data) eachInstance(visit func(at jsontext.Pointer, projectID, name string, instance Instance)) {
	for id, project := range d.Projects {
		instances := jsontext.Pointer("/projects").AppendToken(id).AppendToken("instances")
		for name, instance := range project.Instances {
			visit(instances.AppendToken(name), id, name, instance)
		}
	}
}
