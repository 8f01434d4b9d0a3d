output "connections" {
  value = provider::atlas::pipeline_connections(jsonencode([
    { "$source" = { connectionName = "orders", topic = "orders" } },
    { "$https" = { connectionName = "fraud-score", path = "/orders", as = "fraud" } },
    { "$merge" = { into = { connectionName = "analytics-db", db = "sales", coll = "orders" } } },
  ]))
}
