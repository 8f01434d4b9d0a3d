package streamprocessors

import (
	"maps"
	"slices"

	"golang.org/x/text/unicode/norm"
)

// connection is a connection that a stream processor names.
type connection struct {
	// Name is the name of the connection, in NFC, which Terraform converts names to.
	Name string `tfsdk:"name"`
	// Stage is the operator of the innermost stage that names the connection, such as $source, or dlqStage.
	Stage string `tfsdk:"stage"`
	// Role is what the processor uses the connection for.
	Role string `tfsdk:"role"`
}

// The roles of a connection.
const (
	roleSource         = "source"
	roleSink           = "sink"
	roleLookup         = "lookup"
	roleSchemaRegistry = "schema_registry"
	roleDLQ            = "dlq"
	roleUnknown        = "unknown"
)

// dlqStage stands for the dead letter queue, which is not part of the pipeline.
const dlqStage = "dlq"

// testLog is the name of a sink that needs no connection.
const testLog = "__testLog"

// connectors are the stages that can name connections, and the role of these connections.
var connectors = map[string]string{
	"$source":           roleSource,
	"$emit":             roleSink,
	"$merge":            roleSink,
	"$iceberg":          roleSink,
	"$lookup":           roleLookup,
	"$cachedLookup":     roleLookup,
	"$vectorSearch":     roleLookup,
	"$https":            roleLookup,
	"$externalFunction": roleLookup,
}

// lastSinks are the connectors that are sinks if they end the pipeline of a processor.
var lastSinks = []string{"$https", "$externalFunction"}

// userData are the fields of connectors that contain documents, expressions, or stages of the user, in which connectionName is
// only a field like any other.
var userData = []string{"documents", "payload", "pipeline", "let"}

// windows are the stages that run a pipeline of their own.
var windows = []string{"$hoppingWindow", "$sessionWindow", "$tumblingWindow"}

// withoutConnections are the stages that never name a connection. Atlas adds stages: in one that is in none of these lists,
// every connectionName counts, so that no connection looks unused because the provider does not know its stage.
var withoutConnections = []string{
	"$addFields", "$bucket", "$bucketAuto", "$count", "$densify", "$fill", "$function", "$group", "$limit", "$match", "$project",
	"$redact", "$replaceRoot", "$replaceWith", "$sample", "$set", "$setStreamMeta", "$setWindowFields", "$skip", "$sort",
	"$sortByCount", "$throttle", "$unset", "$unwind", "$validate",
}

// maxDepth is how deep a name can be in a pipeline. MongoDB allows 100 levels in a document, so deeper ones do not exist.
const maxDepth = 200

// connectionsOf returns the connections that a pipeline names, in the order of its stages, and then the connection dlq of the dead
// letter queue, unless it is empty. There are no repetitions. Within a stage, the order does not depend on that of its fields, which
// jsonencode sorts. pipeline is as encoding/json decodes it. A stage that is not an object with an operator is passed over.
func connectionsOf(pipeline []any, dlq string) []connection {
	c := collector{found: []connection{}, seen: map[connection]bool{}} // never nil, which would be null in the state
	c.pipeline(pipeline, true, 0)
	if dlq != "" {
		c.add(dlq, dlqStage, roleDLQ)
	}
	return c.found
}

// collector collects connections.
type collector struct {
	found []connection
	seen  map[connection]bool
}

// add adds a connection, except a repetition and testLog.
func (c *collector) add(name, stage, role string) {
	found := connection{Name: norm.NFC.String(name), Stage: stage, Role: role}
	if name == testLog || c.seen[found] {
		return
	}
	c.seen[found] = true
	c.found = append(c.found, found)
}

// pipeline adds the connections of stages. outer is whether they are the pipeline of the processor, not that of a window.
func (c *collector) pipeline(stages []any, outer bool, depth int) {
	if depth > maxDepth {
		return
	}
	for i, stage := range stages {
		fields, _ := stage.(map[string]any)
		for _, operator := range sortedKeys(fields) {
			c.stage(operator, fields[operator], outer && i == len(stages)-1, depth+1)
		}
	}
}

// stage adds the connections of one stage. isLast is whether it ends the pipeline of the processor.
func (c *collector) stage(operator string, value any, isLast bool, depth int) {
	role, isConnector := connectors[operator]
	switch {
	case operator == "" || operator[0] != '$' || slices.Contains(withoutConnections, operator):
	case slices.Contains(windows, operator):
		window, _ := value.(map[string]any)
		stages, _ := window["pipeline"].([]any)
		c.pipeline(stages, false, depth+1)
	case !isConnector:
		c.settings(value, operator, roleUnknown, depth)
	case isLast && slices.Contains(lastSinks, operator):
		c.settings(value, operator, roleSink, depth)
	default:
		c.settings(value, operator, role, depth)
	}
}

// settings adds the connections that the settings of a stage, or a part of them, name.
func (c *collector) settings(value any, stage, role string, depth int) {
	if depth > maxDepth {
		return
	}
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			c.settings(element, stage, role, depth+1)
		}
	case map[string]any:
		if name, ok := value["connectionName"].(string); ok {
			c.add(name, stage, role)
		}
		for _, field := range sortedKeys(value) {
			c.field(field, value[field], stage, role, depth+1)
		}
	}
}

// field adds the connections that a field of the settings of a stage contains.
func (c *collector) field(name string, value any, stage, role string, depth int) {
	_, isConnector := connectors[name]
	switch {
	case role == roleUnknown && isConnector: // a stage within a stage that this version does not know
		stage = name
	case role == roleUnknown:
	case slices.Contains(userData, name):
		return
	case name == "schemaRegistry":
		role = roleSchemaRegistry
	}
	c.settings(value, stage, role, depth)
}

func sortedKeys(fields map[string]any) []string { return slices.Sorted(maps.Keys(fields)) }
