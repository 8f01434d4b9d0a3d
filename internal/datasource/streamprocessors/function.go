package streamprocessors

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ function.Function = pipelineConnections{}

// NewPipelineConnections returns the function pipeline_connections.
func NewPipelineConnections() function.Function { return pipelineConnections{} }

type pipelineConnections struct{}

// Metadata implements function.Function.
func (pipelineConnections) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "pipeline_connections"
}

// Definition implements function.Function.
func (pipelineConnections) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Connections that a stream processor's pipeline names",
		MarkdownDescription: "Returns the connections that the pipeline of a stream processor names, as a list of objects with the attributes " +
			"`name`, `stage`, and `role`, in the order of the pipeline and without repetitions. `stage` is the operator that names the " +
			"connection, such as `$source`. `role` is " + roleValues + ".\n\n" +
			"The list is the same as `connections` of a result of `atlas_streams_processors`, except that it has no dead letter queue, " +
			"which is not part of the pipeline. The function sends no request and requires no credentials.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "pipeline",
				MarkdownDescription: "Pipeline in JSON: an array of stages, such as `file(\"pipeline.json\")` or " +
					"`jsonencode([{ \"$source\" = { connectionName = \"orders\" } }])`.",
			},
		},
		Return: function.ListReturn{ElementType: types.ObjectType{AttrTypes: map[string]attr.Type{
			"name": types.StringType, "stage": types.StringType, "role": types.StringType,
		}}},
	}
}

// roleValues lists the roles of a connection in a pipeline, for descriptions.
const roleValues = "`source`, `sink`, `lookup`, `schema_registry`, or `unknown` for a stage that this version of the provider does not know"

// Run implements function.Function.
func (pipelineConnections) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	pipeline, problem := parsePipeline(text)
	if problem != "" {
		resp.Error = function.NewArgumentFuncError(0, "must be an array of stages in JSON, such as jsonencode([...]), but "+problem)
		return
	}
	resp.Error = resp.Result.Set(ctx, connectionsOf(pipeline, ""))
}

// parsePipeline decodes a pipeline. If text is not one, it returns a clause that says why, which contains at most one character of it.
func parsePipeline(text string) (pipeline []any, problem string) {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return nil, "it is not valid JSON: " + err.Error()
	}
	switch value := value.(type) {
	case []any:
		return value, ""
	case map[string]any:
		return nil, "it is an object: pass only the pipeline, even if it has a single stage"
	case string:
		return nil, "it is a string in JSON: it may be encoded twice"
	case nil:
		return nil, "it is null"
	}
	return nil, "it is a number or a boolean"
}
