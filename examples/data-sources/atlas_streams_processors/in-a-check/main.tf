check "no_processor_failed" {
  # If the data source is inside the check, a read that fails is only a warning.
  data "atlas_streams_processors" "webshop" {
    project_id    = "6650a4c1e8b7f3129d04c5a7"
    instance_name = "webshop"
  }

  assert {
    condition     = !contains(data.atlas_streams_processors.webshop.results[*].state, "FAILED")
    error_message = "FAILED: ${join(", ", [for p in data.atlas_streams_processors.webshop.results : p.name if p.state == "FAILED"])}."
  }
}
