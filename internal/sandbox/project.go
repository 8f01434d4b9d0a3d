package sandbox

import (
	"encoding/json"
	"maps"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"
)

// project is a served project.
type project struct {
	script    // of the list of instances
	instances map[string]*instance
}

// instance is a served instance. Each of its resources follows the script separately.
type instance struct {
	document    map[string]any // without connections
	connections []json.RawMessage
	byName      map[string]json.RawMessage

	listing script // of the list of connections
	self    script // of the instance
	single  script // of each connection, before its first request
	singles map[string]*script
}

func newProject(id string, p Project) *project {
	served := &project{script: script{answers: p.Answers}, instances: map[string]*instance{}}
	for name, i := range p.Instances {
		served.instances[name] = newInstance(id, name, i)
	}
	if p.Fault != "" {
		served.script = p.Fault.script(target{EndpointInstances, served.list(), func(name string) json.RawMessage {
			return encoded(instanceDocument(id, name, Instance{}))
		}})
	}
	return served
}

// list returns the instances as JSON, sorted by name.
func (p *project) list() []json.RawMessage {
	names := slices.Sorted(maps.Keys(p.instances))
	list := make([]json.RawMessage, len(names))
	for i, name := range names {
		list[i] = encoded(p.instances[name].document)
	}
	return list
}

func newInstance(projectID, name string, i Instance) *instance {
	served := &instance{
		document:    instanceDocument(projectID, name, i),
		connections: asServed(projectID, i.Results),
		byName:      map[string]json.RawMessage{},
		singles:     map[string]*script{},
	}
	for _, connection := range served.connections {
		served.byName[nameOf(connection)] = connection
	}
	all, single := script{answers: i.Answers}, script{answers: i.Answers}
	if i.Fault != "" {
		all = i.Fault.script(target{EndpointConnections, served.connections, sampleConnection})
		single = i.Fault.script(target{EndpointConnection, served.connections, sampleConnection})
	}
	served.listing, served.self, served.single = all, all, single
	return served
}

// scriptOf returns the script of one connection. All names that do not exist share one, which limits the number of scripts. The
// caller must hold the sandbox's mutex.
func (i *instance) scriptOf(name string) *script {
	if _, ok := i.byName[name]; !ok {
		name = ""
	}
	if i.singles[name] == nil {
		i.singles[name] = new(i.single)
	}
	return i.singles[name]
}

// nameOf returns the name of a connection, or "" if it has none.
func nameOf(connection json.RawMessage) string {
	var named struct {
		Name string `json:"name"`
	}
	_ = jsonv2.Unmarshal(connection, &named) // a script can list anything
	return named.Name
}

func sampleConnection(name string) json.RawMessage {
	return encoded(map[string]any{"name": name, "type": "Sample"})
}
