mock_provider "atlas" {}

run "returns_the_cluster" {
  command = plan

  override_data {
    target = data.atlas_streams_connection.orders_db
    values = { state = "READY", cluster = { cluster_name = "orders" } }
  }

  assert {
    condition     = output.cluster_name == "orders"
    error_message = "Expected the cluster orders, but the module returned ${output.cluster_name}."
  }
}

run "rejects_a_connection_that_is_not_ready" {
  command = plan

  override_data {
    target = data.atlas_streams_connection.orders_db
    values = { state = "PENDING", cluster = { cluster_name = "orders" } }
  }

  expect_failures = [data.atlas_streams_connection.orders_db]
}
