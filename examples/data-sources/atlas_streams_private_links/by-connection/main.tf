data "atlas_streams_connections" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

data "atlas_streams_private_links" "all" {
  project_id = "6650a4c1e8b7f3129d04c5a7"
}

locals {
  states = { for l in data.atlas_streams_private_links.all.results : l.id => l.state }
}

output "private_links" {
  # A failover connection has the name of its primary, so each value is a list. The three dots collect it.
  value = {
    for c in data.atlas_streams_connections.webshop.results :
    c.name => lookup(local.states, c.network_access.connection_id, "missing")...
    if c.network_access.connection_id != null
  }
}
