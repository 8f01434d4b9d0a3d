data "atlas_streams_connection" "fraud_score" {
  project_id        = "6650a4c1e8b7f3129d04c5a7"
  instance_name     = "webshop"
  name              = "fraud-score"
  include_sensitive = true
}

output "url" {
  value = data.atlas_streams_connection.fraud_score.https.url
}

output "authorization" {
  value     = data.atlas_streams_connection.fraud_score.https_headers["Authorization"]
  sensitive = true
}
