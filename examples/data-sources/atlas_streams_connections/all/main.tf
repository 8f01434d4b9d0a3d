data "atlas_streams_connections" "all" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

output "connections" {
  value = { for c in data.atlas_streams_connections.all.results : c.name => c }
}
