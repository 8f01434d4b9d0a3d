package sandbox

import (
	"cmp"
	"encoding/json"
)

// listProcessors answers with a page of the stream processors of one instance.
func (x *exchange) listProcessors() response {
	i, refusal := x.instance()
	if refusal != nil {
		return *refusal
	}
	return x.list(&i.processors)
}

// processors returns a function that completes the processors of an instance. A processor that the data says nothing else about was
// created and not started, so that it has no stats.
func processors(projectID, name string, i Instance) func([]json.RawMessage) []json.RawMessage {
	config := cmp.Or(i.StreamConfig, &StreamConfig{})
	return func(list []json.RawMessage) []json.RawMessage {
		return completed(list, processorDefinition, func(_ int, processor json.RawMessage) map[string]any {
			id, _ := derivedID(projectID, name, "processors", nameOf(processor))
			return map[string]any{"_id": id, "state": "CREATED", "tier": cmp.Or(config.Tier, defaultTier)}
		})
	}
}

func sampleProcessor(name string) json.RawMessage {
	id, _ := derivedID("processors", name)
	return encoded(map[string]any{"_id": id, "name": name, "pipeline": []any{}, "state": "CREATED", "tier": defaultTier})
}
