# In place of the resources that manage your connections, such as mongodbatlas_stream_connection.
resource "terraform_data" "connection" {
  for_each = toset(["orders", "payments", "orders-db"])
}

data "atlas_streams_connections" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

output "made_outside_terraform" {
  value = setsubtract(
    [for c in data.atlas_streams_connections.webshop.results : c.name if c.type != "Sample"],
    keys(terraform_data.connection),
  )
}
