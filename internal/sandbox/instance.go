package sandbox

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
)

// defaultTier is the tier of a new instance and of its processors.
const defaultTier = "SP30"

// instanceDocument returns an instance as in the API. What the data does not set is as in a new instance, and the same at each
// start.
func instanceDocument(projectID, name string, i Instance) map[string]any {
	derived, digest := derivedID(projectID, name)
	id := cmp.Or(i.ID, derived)
	region := cmp.Or(i.DataProcessRegion, &Region{CloudProvider: "AWS", Region: "VIRGINIA_USA"})
	document := map[string]any{
		"_id":               id,
		"dataProcessRegion": region,
		"failoverRegions":   append([]Region{}, i.FailoverRegions...), // never null
		"groupId":           projectID,
		"hostnames":         i.Hostnames,
		"name":              name,
		"streamConfig":      cmp.Or(i.StreamConfig, &StreamConfig{Tier: defaultTier}),
	}
	if i.Hostnames == nil {
		letters := strings.ToLower(base32.StdEncoding.EncodeToString(digest))[:6]
		place := strings.ToLower(strings.ReplaceAll(region.Region, "_", "-"))
		document["hostnames"] = []string{fmt.Sprintf("atlas-stream-%s-%s.%s.a.query.mongodb.net", id, letters, place)}
	}
	if i.SampleConnections != nil {
		document["sampleConnections"] = i.SampleConnections
	}
	return document
}

// derivedID returns the ID of something with this path in the data, and more bytes that are random in the same way.
func derivedID(path ...string) (id string, more []byte) {
	digest := sha256.Sum256([]byte(strings.Join(path, "/")))
	return hex.EncodeToString(digest[:12]), digest[12:]
}

// listInstances answers with a page of the instances of one project.
func (x *exchange) listInstances() response {
	p, refusal := x.project()
	if refusal != nil {
		return *refusal
	}
	return x.list(&p.list)
}

// getInstance answers with one instance, and with its connections if the request asks for them.
func (x *exchange) getInstance() response {
	i, refusal := x.instance()
	if refusal != nil {
		return *refusal
	}
	return x.scripted(&i.self, func(a Answer) response {
		if x.r.URL.Query().Get("includeConnections") != "true" {
			return x.resource(i.document)
		}
		document := maps.Clone(i.document)
		document["connections"] = i.connections.listed(a)
		return x.resource(document)
	})
}

// instance checks the version, the account, the project and the instance of a request, in this order.
func (x *exchange) instance() (*instance, *response) {
	p, refusal := x.project()
	if refusal != nil {
		return nil, refusal
	}
	i, ok := p.instances[x.tenantName]
	if !ok {
		return nil, new(x.refuse(http.StatusNotFound, "STREAM_TENANT_NOT_FOUND_FOR_NAME"))
	}
	return i, nil
}

// listConnections answers with a page of the connections of one instance.
func (x *exchange) listConnections() response {
	i, refusal := x.instance()
	if refusal != nil {
		return *refusal
	}
	return x.list(&i.connections)
}

// getConnection answers with one connection of one instance.
func (x *exchange) getConnection() response {
	i, refusal := x.instance()
	if refusal != nil {
		return *refusal
	}
	x.mu.Lock()
	s := i.scriptOf(x.connectionName)
	x.mu.Unlock()
	return x.scripted(s, func(a Answer) response {
		connection, ok := i.byName[x.connectionName]
		if a.Results != nil {
			connection, ok = find(i.connections.listed(a), x.connectionName)
		}
		if !ok {
			return x.refuse(http.StatusNotFound, "STREAM_CONNECTION_NOT_FOUND_FOR_NAME")
		}
		return x.resource(connection)
	})
}

func find(connections []json.RawMessage, name string) (json.RawMessage, bool) {
	for _, connection := range connections {
		if nameOf(connection) == name {
			return connection, true
		}
	}
	return nil, false
}
