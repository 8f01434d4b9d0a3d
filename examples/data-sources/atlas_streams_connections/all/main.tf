data "atlas_streams_connections" "all" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

output "connections" {
  value = data.atlas_streams_connections.all.results
}

output "names_by_type" {
  # The three dots collect the names of each type in a list.
  value = { for c in data.atlas_streams_connections.all.results : c.type => c.name... }
}
