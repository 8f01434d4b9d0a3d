package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"

var kafka = attribute.Object{
	"bootstrap_servers": attribute.Text("bootstrapServers", "Addresses of the Kafka servers, as a comma-separated list of `host:port`."),
	"config":            attribute.TextMap("config", "Kafka client settings by name, such as `group.protocol.type`."),
	"authentication":    attribute.Nested("authentication", "How the connection authenticates to Kafka.", kafkaAuthentication),
	"security": attribute.Nested("security", "How the connection to Kafka is secured.", attribute.Object{
		"protocol": attribute.Text("protocol", "Security protocol, such as `SASL_SSL`, `SASL_PLAINTEXT`, `SSL`, or `PLAINTEXT`."),
		"broker_public_certificate": attribute.Text("brokerPublicCertificate",
			"CA certificate that Atlas uses to verify the brokers, in PEM format."),
	}),
	"networking": networking,
}

var kafkaAuthentication = attribute.Object{
	"mechanism": attribute.Text("mechanism",
		"SASL mechanism, such as `PLAIN`, `SCRAM-256`, `SCRAM-512`, `OAUTHBEARER`, or `AWS_MSK_IAM`."),
	"method":             attribute.Text("method", "Method that `OAUTHBEARER` uses: `OIDC`."),
	"username":           attribute.Text("username", "Name of the Kafka account."),
	"client_id":          attribute.Text("clientId", "OIDC client ID."),
	"token_endpoint_url": attribute.Text("tokenEndpointUrl", "URL of the OIDC token endpoint."),
	"scope":              attribute.Text("scope", "OIDC scope that Atlas requests."),
	"sasl_oauthbearer_extensions": attribute.Text("saslOauthbearerExtensions",
		"SASL extensions for `OAUTHBEARER`, as a comma-separated list of `key=value`."),
	"https_ca_pem": attribute.Text("httpsCaPem", "CA certificate that Atlas uses to verify the OIDC token endpoint, in PEM format. "+
		"Null, because Atlas currently does not return it."),
	"ssl_certificate": attribute.Text("sslCertificate", "Client certificate, in PEM format."),
	"aws":             aws,
}
