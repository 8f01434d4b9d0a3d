package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"

// schemaRegistry maps the type SchemaRegistry.
var schemaRegistry = fields[connection]{
	"provider": text("Provider of the schema registry, such as `CONFLUENT`.", func(c connection) *string { return c.Provider }),
	"urls": textList("URLs of the schema registry (`schemaRegistryUrls` of the API).",
		func(c connection) []*string { return c.SchemaRegistryURLs }),
	"authentication": object("How the connection authenticates to the registry (`schemaRegistryAuthentication` of the API).",
		func(c connection) *atlas.SchemaRegistryAuthentication { return c.SchemaRegistryAuthentication },
		fields[*atlas.SchemaRegistryAuthentication]{
			"type": text("Type of authentication: `USER_INFO` or `SASL_INHERIT`.",
				func(a *atlas.SchemaRegistryAuthentication) *string { return a.Type }),
			"username": text("User name or public key, for `USER_INFO`.",
				func(a *atlas.SchemaRegistryAuthentication) *string { return a.Username }),
		}),
}
