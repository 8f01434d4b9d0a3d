package sandbox

import "encoding/json"

// writeOnly are the fields that Atlas takes and never returns, by the object that holds them.
var writeOnly = map[string][]string{
	"authentication":               {"password", "clientSecret", "sslKey", "sslKeyPassword"},
	"schemaRegistryAuthentication": {"password"},
}

// withoutSecrets returns the connections as Atlas returns them. What is no object passes as it is: it is a script's
// wish to be wrong.
func withoutSecrets(connections []json.RawMessage) []json.RawMessage {
	served := make([]json.RawMessage, len(connections))
	for i, connection := range connections {
		served[i] = withoutSecret(connection)
	}
	return served
}

func withoutSecret(connection json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(connection, &fields) != nil {
		return connection
	}
	changed := false
	for object, secrets := range writeOnly {
		var inner map[string]json.RawMessage
		if json.Unmarshal(fields[object], &inner) != nil {
			continue
		}
		before := len(inner)
		for _, secret := range secrets {
			delete(inner, secret)
		}
		if len(inner) == before {
			continue
		}
		if stripped, err := json.Marshal(inner); err == nil {
			fields[object], changed = stripped, true
		}
	}
	if !changed {
		return connection
	}
	stripped, err := json.Marshal(fields)
	if err != nil {
		return connection
	}
	return stripped
}
