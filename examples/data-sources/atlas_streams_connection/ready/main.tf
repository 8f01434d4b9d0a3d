data "atlas_streams_connection" "orders_db" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
  name          = "orders-db"

  lifecycle {
    postcondition {
      # The state is null if Atlas does not return one.
      condition     = self.state == null || self.state == "READY"
      error_message = "The connection ${self.name} is not READY."
    }
  }
}

output "cluster_name" {
  value = data.atlas_streams_connection.orders_db.cluster.cluster_name
}
