package sandbox

import (
	"encoding/json"
	"net/http"
)

// listConnections answers with a page of the connections of one instance.
func (x *exchange) listConnections() response {
	i, refusal := x.instance()
	if refusal != nil {
		return *refusal
	}
	return x.list(&i.listing, i.connections)
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
			connection, ok = find(asServed(x.groupID, a.Results), x.connectionName)
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
