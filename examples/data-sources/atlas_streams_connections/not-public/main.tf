data "atlas_streams_connections" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

locals {
  # The type is null if the connection has no such setting, as for Cluster and Https. That does not mean that it is private.
  public = [for c in data.atlas_streams_connections.webshop.results : c.name if c.network_access.type == "PUBLIC"]
}

check "no_connection_is_public" {
  assert {
    condition     = length(local.public) == 0
    error_message = "These connections are PUBLIC: ${join(", ", local.public)}."
  }
}
