data "atlas_streams_connections" "all" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

locals {
  # The state is null if Atlas does not return one.
  not_ready = [
    for c in data.atlas_streams_connections.all.results : "${c.name} (${c.state})"
    if c.state != null && c.state != "READY"
  ]
}

check "every_connection_is_ready" {
  assert {
    condition     = length(local.not_ready) == 0
    error_message = "These connections are not READY: ${join(", ", local.not_ready)}."
  }
}
