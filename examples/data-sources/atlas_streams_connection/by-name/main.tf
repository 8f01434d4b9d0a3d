data "atlas_streams_connection" "orders" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
  name          = "orders"
}

output "bootstrap_servers" {
  value = split(",", data.atlas_streams_connection.orders.kafka.bootstrap_servers)
}
