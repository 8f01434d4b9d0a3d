data "atlas_streams_processors" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

output "without_dlq" {
  value = [for p in data.atlas_streams_processors.webshop.results : p.name if !contains(p.connections[*].role, "dlq")]
}
