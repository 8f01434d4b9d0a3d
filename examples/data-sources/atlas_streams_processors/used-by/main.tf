data "atlas_streams_connections" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

data "atlas_streams_processors" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

locals {
  # transpose turns "processor = connections" into "connection = processors".
  used_by = transpose({ for p in data.atlas_streams_processors.webshop.results : p.name => p.connection_names })

  # Failover connections repeat the name of their primary, so the values are lists.
  states = { for c in data.atlas_streams_connections.webshop.results : c.name => c.state... }
}

output "used_by" {
  value = local.used_by
}

output "unused" {
  description = "No processor that Atlas lists names these connections."
  value       = [for c in data.atlas_streams_connections.webshop.results : c.name if c.type != "Sample" && !contains(keys(local.used_by), c.name)]
}

output "missing" {
  value = setsubtract(keys(local.used_by), keys(local.states))
}

output "not_ready" {
  # The state is null if Atlas does not return one.
  value = [for name, states in local.states : name if contains(keys(local.used_by), name) && anytrue([for s in states : s != null && s != "READY"])]
}
