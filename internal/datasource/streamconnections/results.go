package streamconnections

import (
	"context"
	"maps"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// connection is a connection as Atlas lists it.
type connection = *atlas.Connection

// connectionType is a type of connection that Atlas documents.
type connectionType struct {
	// name is the value of the API's field type.
	name string
	// attribute is where the settings of such a connection go; "" where the type has none.
	attribute string
	settings  fields[connection]
}

// connectionTypes has each type that this version knows.
var connectionTypes = []connectionType{
	{"AWSKinesisDataStreams", "aws_kinesis_data_streams", awsKinesisDataStreams},
	{"AWSLambda", "aws_lambda", awsLambda},
	{"AzureBlobStorage", "azure_blob_storage", azureBlobStorage},
	{"Cluster", "cluster", cluster},
	{"GCPPubSub", "gcp_pub_sub", gcpPubSub},
	{"Https", "https", https},
	{"Kafka", "kafka", kafka},
	{"S3", "s3", s3},
	{"Sample", "", nil},
	{"SchemaRegistry", "schema_registry", schemaRegistry},
}

// results are the attributes of one result.
var results = newResults()

func newResults() fields[connection] {
	table := fields[connection]{
		"id":   text("ID of the connection.", func(c connection) *string { return c.ID }),
		"name": text("Name of the connection, unique within the instance.", func(c connection) *string { return c.Name }),
		"type": text("Type of the connection, such as `Kafka`. It tells which of the objects is set.",
			func(c connection) *string { return c.Type }),
		"region": text("Region of the connection.", func(c connection) *string { return c.Region }),
		"state": text("State of the connection: `READY`, or another such as `PENDING`, `FAILED` or `DELETING`.",
			func(c connection) *string { return c.State }),
	}
	for _, t := range connectionTypes {
		if t.attribute != "" {
			table[t.attribute] = object("Set when `type` is `"+t.name+"`.", t.only, t.settings)
		}
	}
	return table
}

// only returns c where it is of type t, and nil otherwise.
func (t connectionType) only(c connection) connection {
	if c.GetType() != t.name {
		return nil
	}
	return c
}

// knownTypes are the names of connectionTypes.
var knownTypes = func() []string {
	names := make([]string, len(connectionTypes))
	for i, t := range connectionTypes {
		names[i] = t.name
	}
	return names
}()

func isKnown(c connection) bool { return slices.Contains(knownTypes, c.GetType()) }

// computed is what the computed attributes are made of.
type computed struct {
	id               string
	totalCount       *int64
	connections      []connection
	includeSensitive bool
}

// sensitive returns the values of https_headers and settings_json. They are beside the results, and not in them: for each
// Sensitive attribute below a list, the CLIs compare every value of the state with one path per element.
func (c computed) sensitive() (httpsHeaders, settingsJSON tftypes.Value) {
	headersType := tftypes.Map{ElementType: textMapType}
	if !c.includeSensitive {
		return tftypes.NewValue(headersType, nil), tftypes.NewValue(textMapType, nil)
	}
	headers, settings := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	for _, connection := range c.connections {
		switch {
		case connection.GetType() == "Https":
			headers[connection.GetName()] = textMapValue(connection.Headers)
		case !isKnown(connection):
			settings[connection.GetName()] = tftypes.NewValue(tftypes.String, string(connection.Raw))
		}
	}
	return tftypes.NewValue(headersType, headers), tftypes.NewValue(textMapType, settings)
}

// newState returns the state: the configuration with the computed attributes filled in.
func newState(config tftypes.Value, computed computed) (tfsdk.State, error) {
	var attributes map[string]tftypes.Value
	if err := config.As(&attributes); err != nil {
		return tfsdk.State{}, err
	}
	attributes = maps.Clone(attributes) // config's own; the framework compares each result with what config has
	elementType := results.objectType().TerraformType(context.Background())
	elements := make([]tftypes.Value, len(computed.connections))
	for i, c := range computed.connections {
		elements[i] = tftypes.NewValue(elementType, results.values(c))
	}
	attributes["id"] = tftypes.NewValue(tftypes.String, computed.id)
	attributes["total_count"] = tftypes.NewValue(tftypes.Number, nil)
	if computed.totalCount != nil {
		attributes["total_count"] = tftypes.NewValue(tftypes.Number, new(big.Float).SetInt64(*computed.totalCount))
	}
	attributes["https_headers"], attributes["settings_json"] = computed.sensitive()
	attributes["results"] = tftypes.NewValue(tftypes.List{ElementType: elementType}, elements)
	return tfsdk.State{Raw: tftypes.NewValue(config.Type(), attributes), Schema: stateSchema()}, nil
}
