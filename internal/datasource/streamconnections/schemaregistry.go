package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"

var schemaRegistry = attribute.Object{
	"provider": attribute.Text("provider", "Provider of the schema registry, such as `CONFLUENT`."),
	"urls":     attribute.TextList("schemaRegistryUrls", "URLs of the schema registry (`schemaRegistryUrls` in the API)."),
	"authentication": attribute.Nested("schemaRegistryAuthentication",
		"How the connection authenticates to the schema registry (`schemaRegistryAuthentication` in the API).", attribute.Object{
			"type":     attribute.Text("type", "Type of authentication: `USER_INFO` or `SASL_INHERIT`."),
			"username": attribute.Text("username", "Username or public key if `type` is `USER_INFO`."),
		}),
}
