# A data source inside a check turns a failed read into a warning. Use this if not every plan has the role for processors.
check "every_processor_runs" {
  data "atlas_streams_processors" "webshop" {
    project_id    = "6650a4c1e8b7f3129d04c5a7"
    instance_name = "webshop"
  }

  assert {
    condition     = alltrue([for p in data.atlas_streams_processors.webshop.results : p.state != "FAILED"])
    error_message = "FAILED: ${join(", ", [for p in data.atlas_streams_processors.webshop.results : p.name if p.state == "FAILED"])}."
  }
}
