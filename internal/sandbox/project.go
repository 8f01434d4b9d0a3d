package sandbox

import (
	"encoding/json"
	"maps"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"
)

// project is a served project.
type project struct {
	instances    map[string]*instance
	list         collection // of the instances, sorted by name
	privateLinks collection
}

// instance is a served instance. Each of its resources follows the script separately.
type instance struct {
	document    map[string]any // without connections
	connections collection
	processors  collection
	byName      map[string]json.RawMessage // connections, the first of each name

	self    script // of the instance
	single  script // of each connection, before its first request
	singles map[string]*script
}

func newProject(id string, p Project) *project {
	served := &project{instances: map[string]*instance{}}
	var documents []json.RawMessage
	for _, name := range slices.Sorted(maps.Keys(p.Instances)) {
		i := newInstance(id, name, p.Instances[name])
		served.instances[name] = i
		documents = append(documents, encoded(i.document))
	}
	served.list = newCollection(documents, func(list []json.RawMessage) []json.RawMessage { return list })
	served.list.script = scriptOf(p.Answers, p.Fault, target{EndpointInstances, documents, func(name string) json.RawMessage {
		return encoded(instanceDocument(id, name, Instance{}))
	}})
	served.privateLinks = newCollection(p.PrivateLinks, privateLinks(id))
	served.privateLinks.script = scriptOf(p.Answers, p.Fault, target{
		EndpointPrivateLinks, served.privateLinks.results, samplePrivateLink,
	})
	return served
}

func newInstance(projectID, name string, i Instance) *instance {
	connections := func(list []json.RawMessage) []json.RawMessage { return asServed(projectID, list) }
	served := &instance{
		document:    instanceDocument(projectID, name, i),
		connections: newCollection(i.Results, connections),
		processors:  newCollection(i.Processors, processors(projectID, name, i)),
		byName:      map[string]json.RawMessage{},
		singles:     map[string]*script{},
	}
	for _, connection := range slices.Backward(served.connections.results) {
		served.byName[nameOf(connection)] = connection
	}
	all := served.connections.results
	served.connections.script = scriptOf(i.Answers, i.Fault, target{EndpointConnections, all, sampleConnection})
	served.self = served.connections.script
	served.single = scriptOf(i.Answers, i.Fault, target{EndpointConnection, all, sampleConnection})
	served.processors.script = scriptOf(i.Answers, i.Fault, target{EndpointProcessors, served.processors.results, sampleProcessor})
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
