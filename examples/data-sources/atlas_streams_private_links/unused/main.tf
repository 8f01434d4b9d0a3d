data "atlas_streams_instances" "all" {
  project_id = "6650a4c1e8b7f3129d04c5a7"
}

data "atlas_streams_connections" "all" {
  for_each = toset(data.atlas_streams_instances.all.results[*].name)

  project_id    = data.atlas_streams_instances.all.project_id
  instance_name = each.key
}

data "atlas_streams_private_links" "all" {
  project_id = data.atlas_streams_instances.all.project_id
}

locals {
  connections = flatten([for listing in data.atlas_streams_connections.all : listing.results])
  used_links  = toset(compact(local.connections[*].network_access.connection_id))
}

output "unused_private_links" {
  value = [for l in data.atlas_streams_private_links.all.results : l.id if !contains(local.used_links, l.id)]
}
