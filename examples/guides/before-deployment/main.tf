data "atlas_streams_connections" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

locals {
  pipeline = [
    { "$source" = { connectionName = "orders", topic = "orders" } },
    { "$https" = { connectionName = "fraud-score", path = "/orders", as = "fraud" } },
    { "$merge" = { into = { connectionName = "analytics-db", db = "sales", coll = "orders" } } },
  ]

  # What the pipeline names, and the types of connection that fit each role.
  named = provider::atlas::pipeline_connections(jsonencode(local.pipeline))
  fitting = {
    source          = ["Kafka", "Cluster", "AWSKinesisDataStreams", "Sample"]
    sink            = ["Kafka", "Cluster", "AWSKinesisDataStreams", "S3", "AzureBlobStorage", "GCPPubSub", "Https", "AWSLambda"]
    lookup          = ["Cluster", "Https", "AWSLambda"]
    schema_registry = ["SchemaRegistry"]
  }

  # Failover connections repeat the name of their primary, so the values are lists.
  connections = { for c in data.atlas_streams_connections.webshop.results : c.name => c... }
}

# In place of the resource that deploys the processor, such as mongodbatlas_stream_processor.
resource "terraform_data" "processor" {
  input = jsonencode(local.pipeline)

  lifecycle {
    precondition {
      condition     = alltrue([for n in local.named : contains(keys(local.connections), n.name)])
      error_message = "Missing: ${join(", ", [for n in local.named : n.name if !contains(keys(local.connections), n.name)])}."
    }

    precondition {
      # The state is null if Atlas does not return one.
      condition     = alltrue([for n in local.named : contains([null, "READY"], try(local.connections[n.name][0].state, null))])
      error_message = "Not READY: ${join(", ", [for n in local.named : n.name if !contains([null, "READY"], try(local.connections[n.name][0].state, null))])}."
    }

    precondition {
      condition = alltrue([
        for n in local.named : contains(lookup(local.fitting, n.role, []), local.connections[n.name][0].type)
        if contains(keys(local.fitting), n.role) && contains(keys(local.connections), n.name)
      ])
      error_message = "A connection has a type that does not fit its stage: ${jsonencode({ for n in local.named : n.name => n.stage... })}."
    }
  }
}
