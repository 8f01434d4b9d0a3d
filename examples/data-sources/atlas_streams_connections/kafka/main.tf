data "atlas_streams_connections" "kafka" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
  types         = ["Kafka"]
}

locals {
  # A failover connection has the name of its primary, so each value is a list. The three dots collect it.
  servers = {
    for c in data.atlas_streams_connections.kafka.results : c.name => c.kafka.bootstrap_servers...
    if c.kafka.bootstrap_servers != null
  }
}

output "bootstrap_servers" {
  value = { for name, lists in local.servers : name => split(",", join(",", lists)) }
}
