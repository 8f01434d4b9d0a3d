data "atlas_streams_connections" "kafka" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
  types         = ["Kafka"]
}

output "bootstrap_servers" {
  value = { for c in data.atlas_streams_connections.kafka.results : c.name => split(",", c.kafka.bootstrap_servers) }
}
