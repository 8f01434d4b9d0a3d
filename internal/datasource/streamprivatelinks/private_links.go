// Package streamprivatelinks implements the data source atlas_streams_private_links: the private links of a project.
package streamprivatelinks

import (
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
)

// New returns the data source atlas_streams_private_links.
var New = read.NewListing(read.Listing{
	Name: "streams_private_links",
	Description: "Lists all private links of a project that connections of Atlas Stream Processing can use. " +
		"See [Return All Private Link Connections]" +
		"(https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupstreamprivatelinkconnections) " +
		"in the Atlas Administration API.",
	Summary:    "Unable to list private links",
	Noun:       "private link",
	Roles:      "Project Read Only",
	IsNameless: true,
	List:       (*atlas.Client).ListPrivateLinks,
	Result:     privateLink,
})

// privateLink is the table of the attributes of one private link (API schema StreamsPrivateLinkConnection).
var privateLink = attribute.Object{
	"id": attribute.Text("_id", "ID of the private link (`_id` in the API), 24 hexadecimal digits. Connections that use the private "+
		"link have it in `network_access.connection_id`."),
	"provider": attribute.Text("provider", "Cloud provider of the target: `AWS`, `AZURE`, or `GCP`."),
	"vendor": attribute.Text("vendor", "Vendor of the target, such as `MSK`, `CONFLUENT`, `KINESIS`, `S3`, `EVENTHUB`, or `GENERIC`. "+
		"Atlas returns it in uppercase or lowercase."),
	"region": attribute.Text("region", "Region of the target, such as `US_EAST_1`. Atlas returns it in uppercase or lowercase."),
	"state": attribute.Text("state", "State of the private link, such as `IDLE`, `WORKING`, `DONE`, `FAILED`, `DELETE_REQUESTED`, "+
		"`DELETING`, or `DELETED`."),
	"error_message": attribute.Text("errorMessage", "Why the private link failed if `state` is `FAILED`."),
	"arn":           attribute.Text("arn", "ARN of the Amazon MSK cluster if `vendor` is `MSK`."),
	"authentication_scheme": attribute.Text("authenticationScheme",
		"How clients authenticate over the private link: `TLS`, `SASL_SCRAM`, or `IAM`."),
	"azure_resource_ids": attribute.TextList("azureResourceIds",
		"Azure resource IDs of the Confluent cluster, one for each availability zone."),
	"dns_domain":     attribute.Text("dnsDomain", "Domain of the target, such as that of a Confluent cluster or an Event Hubs namespace."),
	"dns_sub_domain": attribute.TextList("dnsSubDomain", "Subdomains of the Confluent cluster, typically one for each availability zone."),
	"gcp_connection_ids": attribute.TextList("gcpConnectionIds",
		"IDs of the Private Service Connect connections in Google Cloud."),
	"gcp_service_attachment_uris": attribute.TextList("gcpServiceAttachmentUris",
		"URIs of the service attachments of the Confluent cluster in Google Cloud, one for each availability zone."),
	"interface_endpoint_id":   attribute.Text("interfaceEndpointId", "ID of the interface endpoint that Atlas created."),
	"interface_endpoint_name": attribute.Text("interfaceEndpointName", "Name of the interface endpoint that Atlas created."),
	"provider_account_id":     attribute.Text("providerAccountId", "ID of the account at the cloud provider."),
	"service_endpoint_id": attribute.Text("serviceEndpointId",
		"ID of the service endpoint: the name of the VPC endpoint service in AWS, or the ID of the Event Hubs namespace in Azure."),
}
