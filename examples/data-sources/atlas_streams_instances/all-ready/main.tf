data "atlas_streams_instances" "all" {
  project_id = "6650a4c1e8b7f3129d04c5a7"
}

data "atlas_streams_connections" "all" {
  for_each = toset(data.atlas_streams_instances.all.results[*].name)

  project_id    = data.atlas_streams_instances.all.project_id
  instance_name = each.key
}

locals {
  # The state is null if Atlas does not return one.
  not_ready = flatten([
    for instance, listing in data.atlas_streams_connections.all : [
      for c in listing.results : "${c.name} in ${instance} (${c.state})" if c.state != null && c.state != "READY"
    ]
  ])
}

check "every_connection_is_ready" {
  assert {
    condition     = length(local.not_ready) == 0
    error_message = "These connections are not READY: ${join(", ", local.not_ready)}."
  }
}
