package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"

var gcpPubSub = attribute.Object{
	"gcp": attribute.Nested("gcp", "Google Cloud settings.", attribute.Object{
		"service_account_id": attribute.Text("serviceAccountId", "Email address of the service account that Atlas uses."),
	}),
	"networking": publicPrivateNetworking,
}
