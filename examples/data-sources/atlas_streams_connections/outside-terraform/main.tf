# In place of the resources that manage your connections, such as mongodbatlas_stream_connection.
resource "terraform_data" "managed" {
  for_each = toset(["orders", "payments", "orders-db"])
}

data "atlas_streams_connections" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

output "made_outside_terraform" {
  value = setsubtract(data.atlas_streams_connections.webshop.results[*].name, keys(terraform_data.managed))
}
