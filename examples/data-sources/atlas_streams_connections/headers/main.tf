data "atlas_streams_connections" "https" {
  project_id        = "6650a4c1e8b7f3129d04c5a7"
  instance_name     = "webshop"
  types             = ["Https"]
  include_sensitive = true
}

output "header_names" {
  value = toset(flatten(data.atlas_streams_connections.https.results[*].https.header_names))
}

output "fraud_score_authorization" {
  value     = data.atlas_streams_connections.https.https_headers["fraud-score"]["Authorization"]
  sensitive = true
}
