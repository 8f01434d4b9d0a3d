package streamconnections

import (
	"slices"
	"strings"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
)

// connectionType is a documented type of connection.
type connectionType struct {
	// name is the value of the field type in the API.
	name string
	// attribute is the attribute of a result that contains the settings, or "" if the type has no settings.
	attribute string
	settings  attribute.Object
}

// connectionTypes are the types that this version of the provider knows.
var connectionTypes = []connectionType{
	{"AWSKinesisDataStreams", "aws_kinesis_data_streams", awsKinesisDataStreams},
	{"AWSLambda", "aws_lambda", awsLambda},
	{"AzureBlobStorage", "azure_blob_storage", azureBlobStorage},
	{"Cluster", "cluster", cluster},
	{"GCPPubSub", "gcp_pub_sub", gcpPubSub},
	{httpsType, "https", https},
	{"Kafka", "kafka", kafka},
	{"S3", "s3", s3},
	{"Sample", "", nil},
	{"SchemaRegistry", "schema_registry", schemaRegistry},
}

// httpsType is the type of the connections in https_headers.
const httpsType = "Https"

// knownTypes are the names of connectionTypes.
var knownTypes = func() []string {
	names := make([]string, len(connectionTypes))
	for i, t := range connectionTypes {
		names[i] = t.name
	}
	return names
}()

// knownTypesInMarkdown lists knownTypes for a description.
var knownTypesInMarkdown = "`" + strings.Join(knownTypes, "`, `") + "`"

// result is the table of the attributes of one connection.
var result = newResult()

func newResult() attribute.Object {
	table := attribute.Object{
		"id": attribute.Text("id", "ID of the connection. Null if Atlas does not return one."),
		"name": attribute.Text("name", "Name of the connection. Several connections can have the same name, such as a connection and its "+
			"failover connection."),
		"type": attribute.Text("type", "Type of the connection. This version of the provider supports these types: "+knownTypesInMarkdown+
			". Atlas may add others."),
		"region": attribute.Text("region", "Region of the connection in the format of Atlas, such as `VIRGINIA_USA`. "+
			"Null if Atlas does not return one."),
		"state": attribute.Text("state", "State of the connection, such as `READY`, `PENDING`, `FAILED`, or `DELETING`. "+
			"Null if Atlas does not return one."),
		"network_access": networkAccess,
	}
	for _, t := range connectionTypes {
		if t.attribute != "" {
			table[t.attribute] = attribute.Variant("type", t.name, t.settings)
		}
	}
	return table
}

func isKnown(c *atlas.Resource) bool { return slices.Contains(knownTypes, c.Type) }
