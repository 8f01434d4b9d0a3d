data "atlas_streams_instances" "all" {
  project_id = "6650a4c1e8b7f3129d04c5a7"
}

data "atlas_streams_connections" "all" {
  for_each = toset(data.atlas_streams_instances.all.results[*].name)

  project_id    = data.atlas_streams_instances.all.project_id
  instance_name = each.key
}

locals {
  connections = merge([
    for instance, listing in data.atlas_streams_connections.all : { for c in listing.results : "${instance}/${c.name}" => c }
  ]...)
}

output "kafka_bootstrap_servers" {
  value = { for name, c in local.connections : name => split(",", c.kafka.bootstrap_servers) if c.type == "Kafka" }
}
