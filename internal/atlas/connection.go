package atlas

import (
	"encoding/json"

	"go.mongodb.org/atlas-sdk/v20250312001/admin"
)

// Connection is one element of the listing (API schema StreamsConnection). It embeds the SDK's struct and adds the
// documented fields that this version of the SDK lacks: where both have a field, the outer one is decoded. What a newer
// SDK brings can be deleted here.
type Connection struct {
	admin.StreamsConnection

	ID                           *string                       `json:"id"`
	Region                       *string                       `json:"region"`
	State                        *string                       `json:"state"`
	ClusterGroupID               *string                       `json:"clusterGroupId"`
	Authentication               *KafkaAuthentication          `json:"authentication"`
	Networking                   *Networking                   `json:"networking"`
	PublicPrivateNetworking      *Networking                   `json:"publicPrivateNetworking"`
	GCP                          *GCP                          `json:"gcp"`
	Azure                        *Azure                        `json:"azure"`
	Provider                     *string                       `json:"provider"`
	SchemaRegistryAuthentication *SchemaRegistryAuthentication `json:"schemaRegistryAuthentication"`
	SchemaRegistryURLs           []*string                     `json:"schemaRegistryUrls"`

	// The SDK's maps turn a null value into an empty string.
	Config  map[string]*string `json:"config"`
	Headers map[string]*string `json:"headers"`

	// Raw is the connection as Atlas returned it.
	Raw json.RawMessage `json:"-"`
}

// KafkaAuthentication is the API schema StreamsKafkaAuthentication without its write-only secrets.
type KafkaAuthentication struct {
	admin.StreamsKafkaAuthentication

	AWS                       *admin.StreamsAWSConnectionConfig `json:"aws"`
	ClientID                  *string                           `json:"clientId"`
	HTTPSCAPEM                *string                           `json:"httpsCaPem"`
	Method                    *string                           `json:"method"`
	SASLOAuthBearerExtensions *string                           `json:"saslOauthbearerExtensions"`
	Scope                     *string                           `json:"scope"`
	SSLCertificate            *string                           `json:"sslCertificate"`
	TokenEndpointURL          *string                           `json:"tokenEndpointUrl"`
}

// Networking is the API schema StreamsKafkaNetworking and, with fewer fields set, StreamsPublicPrivateLinkNetworking.
type Networking struct {
	Access *NetworkingAccess `json:"access"`
}

// NetworkingAccess is the API schema StreamsKafkaNetworkingAccess and, with fewer fields set,
// StreamsPublicPrivateLinkNetworkingAccess.
type NetworkingAccess struct {
	admin.StreamsKafkaNetworkingAccess

	TGWRouteID *string `json:"tgwRouteId"`
}

// GCP is the API schema StreamsGCPConnectionConfig.
type GCP struct {
	ServiceAccountID *string `json:"serviceAccountId"`
}

// Azure is the API schema AzureConnection.
type Azure struct {
	Region             *string `json:"region"`
	ServicePrincipalID *string `json:"servicePrincipalId"`
	StorageAccountName *string `json:"storageAccountName"`
}

// SchemaRegistryAuthentication is the API schema SchemaRegistryAuthentication without its write-only password.
type SchemaRegistryAuthentication struct {
	Type     *string `json:"type"`
	Username *string `json:"username"`
}
