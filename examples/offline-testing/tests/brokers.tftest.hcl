variables {
  project_id = "32b6e34b3d91647abb20e7b8"
  sink       = { instance_name = "analytics", name = "reports" }
}

run "lists_the_brokers_of_usable_connections" {
  command = plan

  assert {
    condition     = join(", ", keys(output.kafka_brokers["webshop"])) == "clicks, orders"
    error_message = "Expected clicks and orders, but the module returned ${jsonencode(output.kafka_brokers)}."
  }
}

run "returns_the_cluster_of_the_sink" {
  command = plan

  assert {
    condition     = output.sink_cluster == "reports"
    error_message = "Expected the cluster reports, but the module returned ${output.sink_cluster}."
  }
}

run "rejects_a_sink_that_is_not_ready" {
  command = plan

  variables {
    sink = { instance_name = "analytics", name = "archive" }
  }

  expect_failures = [data.atlas_streams_connection.sink]
}
