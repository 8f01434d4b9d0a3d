variables {
  project_id     = "32b6e34b3d91647abb20e7b8"
  workspace_name = "webshop"
}

run "lists_the_brokers_of_ready_connections" {
  command = plan

  assert {
    condition     = jsonencode(output.kafka_brokers) == jsonencode({ orders = ["broker-1.example.com:9092", "broker-2.example.com:9092"] })
    error_message = "Only the READY connection orders has brokers to list, not ${jsonencode(output.kafka_brokers)}."
  }
}

run "refuses_a_required_connection_that_is_not_ready" {
  command = plan

  variables {
    required_connections = ["orders", "payments"]
  }

  expect_failures = [output.kafka_brokers]
}

run "accepts_an_empty_workspace" {
  command = plan

  variables {
    workspace_name = "empty"
  }

  assert {
    condition     = length(output.kafka_brokers) == 0
    error_message = "A workspace without connections has no brokers."
  }
}
