package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"

// gcpPubSub maps the type GCPPubSub.
var gcpPubSub = fields[connection]{
	"gcp": object("Google Cloud settings.", func(c connection) *atlas.GCP { return c.GCP }, fields[*atlas.GCP]{
		"service_account_id": text("Email address of the service account that Atlas uses.",
			func(g *atlas.GCP) *string { return g.ServiceAccountID }),
	}),
	"networking": publicPrivateNetworking,
}
