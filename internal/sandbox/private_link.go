package sandbox

import (
	"encoding/json"
	"strconv"
)

// listPrivateLinks answers with a page of the private links of one project.
func (x *exchange) listPrivateLinks() response {
	p, refusal := x.project()
	if refusal != nil {
		return *refusal
	}
	return x.list(&p.privateLinks)
}

// privateLinks returns a function that completes the private links of a project. They have no names, so the ID of one without an ID
// depends on its position.
func privateLinks(projectID string) func([]json.RawMessage) []json.RawMessage {
	return func(list []json.RawMessage) []json.RawMessage {
		return completed(list, privateLinkDefinition, func(i int, _ json.RawMessage) map[string]any {
			id, _ := derivedID(projectID, "privateLinks", strconv.Itoa(i))
			return map[string]any{"_id": id, "state": "DONE", "vendor": "GENERIC"}
		})
	}
}

func samplePrivateLink(name string) json.RawMessage {
	id, _ := derivedID("privateLinks", name)
	return encoded(map[string]any{"_id": id, "provider": "AWS", "state": "DONE", "vendor": "GENERIC"})
}
