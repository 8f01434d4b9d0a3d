package streamconnections

import (
	"go.mongodb.org/atlas-sdk/v20250312001/admin"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// kafka maps the type Kafka.
var kafka = fields[connection]{
	"bootstrap_servers": text("Addresses of the Kafka servers, `host:port` separated by commas.",
		func(c connection) *string { return c.BootstrapServers }),
	"config": textMap("Kafka client settings by name, such as `group.protocol.type`.",
		func(c connection) map[string]*string { return c.Config }),
	"authentication": object("How the connection authenticates to Kafka.",
		func(c connection) *atlas.KafkaAuthentication { return c.Authentication }, kafkaAuthentication),
	"security": object("How the transport to Kafka is secured.",
		func(c connection) *admin.StreamsKafkaSecurity { return c.Security }, kafkaSecurity),
	"networking": networking,
}

type kafkaAuth = *atlas.KafkaAuthentication

var kafkaAuthentication = fields[kafkaAuth]{
	"mechanism": text("Mechanism: `PLAIN`, `SCRAM-256`, `SCRAM-512` or `OAUTHBEARER`.", func(a kafkaAuth) *string { return a.Mechanism }),
	"method":    text("Method of `OAUTHBEARER`: `OIDC`.", func(a kafkaAuth) *string { return a.Method }),
	"username":  text("Name of the Kafka account.", func(a kafkaAuth) *string { return a.Username }),
	"client_id": text("OIDC client ID.", func(a kafkaAuth) *string { return a.ClientID }),
	"token_endpoint_url": text("URL of the OIDC token endpoint.",
		func(a kafkaAuth) *string { return a.TokenEndpointURL }),
	"scope": text("OIDC scope that is asked for.", func(a kafkaAuth) *string { return a.Scope }),
	"sasl_oauthbearer_extensions": text("SASL extensions of `OAUTHBEARER`, `key=value` separated by commas.",
		func(a kafkaAuth) *string { return a.SASLOAuthBearerExtensions }),
	"https_ca_pem": text("CA certificate that the OIDC token endpoint is verified with, in PEM format.",
		func(a kafkaAuth) *string { return a.HTTPSCAPEM }),
	"ssl_certificate": text("Client certificate, in PEM format.", func(a kafkaAuth) *string { return a.SSLCertificate }),
	"aws": object("AWS settings of the authentication.",
		func(a kafkaAuth) *admin.StreamsAWSConnectionConfig { return a.AWS }, awsFields),
}

var kafkaSecurity = fields[*admin.StreamsKafkaSecurity]{
	"protocol": text("Transport: `SASL_PLAINTEXT`, `SASL_SSL` or `SSL`.", func(s *admin.StreamsKafkaSecurity) *string { return s.Protocol }),
	"broker_public_certificate": text("Certificate that the brokers are verified with, in PEM format.",
		func(s *admin.StreamsKafkaSecurity) *string { return s.BrokerPublicCertificate }),
}
