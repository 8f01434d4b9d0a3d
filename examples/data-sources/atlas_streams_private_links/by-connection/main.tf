data "atlas_streams_connections" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

data "atlas_streams_private_links" "all" {
  project_id = "6650a4c1e8b7f3129d04c5a7"
}

locals {
  links = { for l in data.atlas_streams_private_links.all.results : l.id => l }
}

output "private_links" {
  value = {
    for c in data.atlas_streams_connections.webshop.results :
    c.name => try(local.links[c.network_access.connection_id].state, "missing")...
    if c.network_access.type == "PRIVATE_LINK"
  }
}
