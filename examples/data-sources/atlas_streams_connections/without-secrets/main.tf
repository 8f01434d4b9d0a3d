data "atlas_streams_connections" "all" {
  project_id        = "6650a4c1e8b7f3129d04c5a7"
  instance_name     = "webshop"
  include_sensitive = false
}

output "json" {
  value = jsonencode(data.atlas_streams_connections.all.results)
}
