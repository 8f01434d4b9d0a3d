package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"

var azureBlobStorage = attribute.Object{
	"azure": attribute.Nested("azure", "Azure settings.", attribute.Object{
		"service_principal_id": attribute.Text("servicePrincipalId",
			"ID of the service principal that Atlas uses to access the storage account."),
		"storage_account_name": attribute.Text("storageAccountName", "Name of the storage account."),
		"region":               attribute.Text("region", "Azure region of the storage account. The API marks this field as deprecated."),
	}),
	"networking": publicPrivateNetworking,
}
