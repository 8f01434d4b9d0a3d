module github.com/seed-5109b9b7/terraform-provider-atlas

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/hashicorp/terraform-plugin-framework v1.19.0 // indirect
	github.com/hashicorp/terraform-plugin-framework-timeouts v0.7.0 // indirect
	github.com/hashicorp/terraform-plugin-framework-validators v0.19.0 // indirect
	github.com/hashicorp/terraform-plugin-go v0.31.0 // indirect
	github.com/hashicorp/terraform-plugin-log v0.11.0 // indirect
	github.com/hashicorp/terraform-plugin-testing v1.16.0 // indirect
	github.com/icholy/digest v1.2.0 // indirect
	go.mongodb.org/atlas-sdk/v20250312001 v20250312001.1.0 // indirect
	golang.org/x/oauth2 v0.37.0 // indirect
)
