mock_provider "atlas" {
  mock_data "atlas_streams_connection" {
    defaults = {
      state = "READY"
      cluster = {
        cluster_name       = "orders"
        cluster_project_id = "32b6e34b3d91647abb20e7b8"
        db_role_to_execute = { role = "readWriteAnyDatabase", type = "BUILT_IN" }
      }
    }
  }
}

run "returns_the_cluster" {
  command = plan

  assert {
    condition     = output.cluster_name == "orders"
    error_message = "Expected the cluster orders, but the module returned ${output.cluster_name}."
  }
}

run "rejects_a_connection_that_is_not_ready" {
  command = plan

  override_data {
    target = data.atlas_streams_connection.orders_db
    values = { state = "PENDING" }
  }

  expect_failures = [data.atlas_streams_connection.orders_db]
}
