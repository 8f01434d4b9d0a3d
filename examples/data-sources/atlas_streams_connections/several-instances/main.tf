data "atlas_streams_connections" "each" {
  for_each = toset(["webshop", "warehouse"])

  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = each.key
}

output "names_by_instance" {
  value = { for instance, listing in data.atlas_streams_connections.each : instance => [for c in listing.results : c.name] }
}
