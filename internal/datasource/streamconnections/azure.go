package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"

// azureBlobStorage maps the type AzureBlobStorage.
var azureBlobStorage = fields[connection]{
	"azure": object("Azure settings.", func(c connection) *atlas.Azure { return c.Azure }, fields[*atlas.Azure]{
		"service_principal_id": text("ID of the service principal that reads and writes the storage account.",
			func(a *atlas.Azure) *string { return a.ServicePrincipalID }),
		"storage_account_name": text("Name of the storage account.", func(a *atlas.Azure) *string { return a.StorageAccountName }),
		"region": text("Azure region of the storage account. The API calls it deprecated.",
			func(a *atlas.Azure) *string { return a.Region }),
	}),
	"networking": publicPrivateNetworking,
}
