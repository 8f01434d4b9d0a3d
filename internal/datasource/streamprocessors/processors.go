// Package streamprocessors implements the data source atlas_streams_processors, which lists the stream processors of an instance
// and the connections that each of them uses, and the function pipeline_connections, which finds the same connections in a
// pipeline that is not deployed yet.
package streamprocessors

import (
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
)

// New returns the data source atlas_streams_processors.
var New = read.NewListing(read.Listing{
	Name: "streams_processors",
	Description: "Lists all stream processors of an Atlas Stream Processing instance, including the connections that each of them uses. " +
		"Atlas requires the role " + roles + ", because no read-only role can list processors. " +
		"See [Return All Stream Processors in One Stream Workspace]" +
		"(https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupstreamprocessors) " +
		"in the Atlas Administration API.",
	Summary:    "Unable to list stream processors",
	Noun:       "processor",
	Roles:      roles,
	OfInstance: true,
	List:       (*atlas.Client).ListStreamProcessors,
	Result:     processor,
	Secrets: map[string]read.Secret{"pipelines_json": {
		Description: "Pipeline of each processor in `results` as Atlas returned it, in JSON with the keys in their original order, keyed by " +
			"processor name. A pipeline can contain credentials, such as the token in a header of `$https`.",
		Type:  types.StringType,
		Value: pipelineJSON,
	}},
	Attributes: map[string]schema.Attribute{"include_stats": schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether to set `stats_json` of each result. The statistics of a processor that runs differ at every read, so " +
			"each plan shows a change wherever you use them. Defaults to `false`.",
	}},
	Prepare: func(arguments read.Arguments, fields map[string]any) {
		if !arguments.Bool("include_stats") {
			delete(fields, "stats")
		}
	},
})

const roles = "Project Stream Processing Manager or Organization Stream Processing Admin"

// processor is the table of the attributes of one stream processor (API schema StreamsProcessorWithStats).
var processor = attribute.Object{
	"id":   attribute.Text("_id", "ID of the processor (`_id` in the API), 24 hexadecimal digits."),
	"name": attribute.Text("name", "Name of the processor."),
	"state": attribute.Text("state", "State of the processor, such as `CREATED`, `STARTED`, `STOPPED`, or `FAILED`. "+
		"Atlas may add others."),
	"tier":                  attribute.Text("tier", "Tier of the processor, such as `SP10`. Null if Atlas does not return one."),
	"failover_enabled":      attribute.Bool("failoverEnabled", "Whether failover is enabled for the processor."),
	"eligible_for_failover": attribute.Bool("eligibleForFailover", "Whether the processor is eligible for failover."),
	"options": attribute.Nested("options", "Options of the processor. Null if there are none.", attribute.Object{
		"dlq": attribute.Nested("dlq", "Dead letter queue of the processor. Null if it has none.", attribute.Object{
			"connection_name": attribute.Text("connectionName", "Name of the connection that messages are written to."),
			"db":              attribute.Text("db", "Name of the database that messages are written to."),
			"coll":            attribute.Text("coll", "Name of the collection that messages are written to."),
		}),
	}),
	"connections": attribute.Derived(connectionTable.ListAttribute("Connections that the processor uses, in the order of its pipeline and "+
		"without repetitions. The dead letter queue is last. The list is empty, not null, if there are none."), connectionsValue),
	"connection_names": attribute.Derived(schema.ListAttribute{
		Computed:            true,
		ElementType:         types.StringType,
		MarkdownDescription: "Names in `connections`, sorted, each of them once. The list is empty, not null, if there are none.",
	}, connectionNamesValue),
	"stats_json": attribute.JSON("stats", "Statistics of the processor, in JSON. Null unless `include_stats` is `true`. Also null if Atlas "+
		"returns none, as for a processor that was never started."),
}

// connectionTable is the table of the attributes of one connection that a processor uses.
var connectionTable = attribute.Object{
	"name": attribute.Text("name", "Name of the connection."),
	"stage": attribute.Text("stage", "Operator of the stage that names the connection, such as `$source`, or `dlq` for the dead letter "+
		"queue."),
	"role": attribute.Text("role", "What the processor uses the connection for: `dlq`, "+roleValues+"."),
}

// Types of the derived attributes.
var (
	connectionType  = connectionTable.TerraformType()
	connectionsType = tftypes.List{ElementType: connectionType}
	namesType       = tftypes.List{ElementType: tftypes.String}
)

// usedBy returns the connections that a processor with fields uses.
func usedBy(fields map[string]any) ([]connection, error) {
	pipeline, err := attribute.List("pipeline", fields)
	options, _ := fields["options"].(map[string]any) // the table reports another shape
	dlq, _ := options["dlq"].(map[string]any)
	name, _ := dlq["connectionName"].(string)
	return connectionsOf(pipeline, name), err
}

func connectionsValue(fields map[string]any) (tftypes.Value, error) {
	used, err := usedBy(fields)
	values := make([]tftypes.Value, len(used))
	for i, c := range used {
		values[i] = tftypes.NewValue(connectionType, map[string]tftypes.Value{
			"name":  tftypes.NewValue(tftypes.String, c.Name),
			"stage": tftypes.NewValue(tftypes.String, c.Stage),
			"role":  tftypes.NewValue(tftypes.String, c.Role),
		})
	}
	return tftypes.NewValue(connectionsType, values), err
}

func connectionNamesValue(fields map[string]any) (tftypes.Value, error) {
	used, err := usedBy(fields)
	names := make([]string, len(used))
	for i, c := range used {
		names[i] = c.Name
	}
	slices.Sort(names)
	values := []tftypes.Value{}
	for _, name := range slices.Compact(names) {
		values = append(values, tftypes.NewValue(tftypes.String, name))
	}
	return tftypes.NewValue(namesType, values), err
}

// pipelineJSON returns the text of the pipeline, or null if there is none. The order of the keys matters to some stages, so it is not
// encoded again.
func pipelineJSON(processor *atlas.Resource, fields map[string]any) (tftypes.Value, error) {
	var texts map[string]json.RawMessage
	if fields["pipeline"] == nil {
		return tftypes.NewValue(tftypes.String, nil), nil
	}
	err := json.Unmarshal(processor.Raw, &texts)
	return tftypes.NewValue(tftypes.String, string(texts["pipeline"])), err
}
