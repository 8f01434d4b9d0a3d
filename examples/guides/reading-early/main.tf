resource "terraform_data" "instance" {
  input = "webshop"
}

# This data source refers directly to a resource with pending changes, so Terraform reads the data source during apply.
data "atlas_streams_connections" "late" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = terraform_data.instance.input
}

locals {
  instance_name = terraform_data.instance.input
}

# This data source refers to a local value that is already known, so Terraform reads the data source during plan.
data "atlas_streams_connections" "early" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = local.instance_name
}

output "late" {
  value = [for c in data.atlas_streams_connections.late.results : c.name]
}

output "early" {
  value = [for c in data.atlas_streams_connections.early.results : c.name]
}
