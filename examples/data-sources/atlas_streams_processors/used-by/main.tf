data "atlas_streams_connections" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

data "atlas_streams_processors" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

locals {
  connections = data.atlas_streams_connections.webshop.results

  # transpose turns a map of the connections of each processor into a map of the processors of each connection.
  used_by = transpose({ for p in data.atlas_streams_processors.webshop.results : p.name => p.connection_names })
  used    = toset(keys(local.used_by))
}

output "used_by" {
  value = local.used_by
}

output "unused" {
  description = "Connections, except samples, that no listed processor names."
  value       = setsubtract([for c in local.connections : c.name if c.type != "Sample"], local.used)
}

output "missing" {
  description = "Names in processors that no connection has."
  value       = setsubtract(local.used, local.connections[*].name)
}

output "not_ready" {
  description = "Connections that a processor names and that are not READY."
  # The state is null if Atlas does not return one.
  value = toset([for c in local.connections : c.name if contains(local.used, c.name) && c.state != null && c.state != "READY"])
}
