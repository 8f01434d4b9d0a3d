data "atlas_streams_connections" "fraud_score" {
  project_id     = "6650a4c1e8b7f3129d04c5a7"
  workspace_name = "webshop"
  name_regex     = "^fraud-score$"

  lifecycle {
    postcondition {
      condition     = length(self.results) == 1
      error_message = "The workspace has no connection fraud-score."
    }
  }
}

output "fraud_score_url" {
  value = data.atlas_streams_connections.fraud_score.results[0].https.url
}
