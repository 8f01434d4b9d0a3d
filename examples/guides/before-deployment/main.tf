data "atlas_streams_connections" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

locals {
  # As text, because jsonencode sorts the fields, whose order matters to some stages. It can also be file("pipeline.json").
  pipeline = <<-JSON
    [
      {"$source": {"connectionName": "orders", "topic": "orders"}},
      {"$https": {"connectionName": "fraud-score", "path": "/orders", "as": "fraud"}},
      {"$merge": {"into": {"connectionName": "analytics-db", "db": "sales", "coll": "orders"}}}
    ]
  JSON

  # Types of connection that fit each stage. The types are not checked for a stage that is not in the map.
  fitting = {
    "$source"           = ["Kafka", "Cluster", "AWSKinesisDataStreams", "Sample"]
    "$lookup"           = ["Cluster"]
    "$cachedLookup"     = ["Cluster"]
    "$vectorSearch"     = ["Cluster"]
    "$https"            = ["Https"]
    "$externalFunction" = ["AWSLambda"]
    "$emit"             = ["Kafka", "Cluster", "AWSKinesisDataStreams", "S3", "AzureBlobStorage", "GCPPubSub"]
    "$merge"            = ["Cluster"]
    schema_registry     = ["SchemaRegistry"]
    dlq                 = ["Cluster"]
  }

  named = provider::atlas::pipeline_connections(local.pipeline)

  # What the pipeline names, with what Atlas lists by that name. A failover connection has the name of its primary.
  uses = [
    for n in local.named : merge(n, {
      connections = [for c in data.atlas_streams_connections.webshop.results : c if c.name == n.name]
      fitting     = lookup(local.fitting, n.role == "schema_registry" ? n.role : n.stage, null)
    })
  ]

  # The state is null if Atlas does not return one.
  problems = distinct(flatten([
    for use in local.uses : concat(
      length(use.connections) == 0 ? ["${use.name} does not exist"] : [],
      [for c in use.connections : "${use.name} is ${c.state}" if c.state != null && c.state != "READY"],
      [
        for c in use.connections : "${use.name} has the type ${c.type}, which does not fit ${use.stage}"
        if use.fitting == null ? false : !contains(use.fitting, c.type)
      ],
    )
  ]))
}

output "targets" {
  description = "What the pipeline reads and writes, for a person to look at."
  value = {
    for name in distinct(local.named[*].name) : name => [
      for c in data.atlas_streams_connections.webshop.results :
      join(" ", compact([c.type, try(c.kafka.bootstrap_servers, ""), try(c.cluster.cluster_name, ""), try(c.https.url, "")]))
      if c.name == name
    ]
  }
}

# In place of the resource that deploys the processor, such as mongodbatlas_stream_processor.
resource "terraform_data" "processor" {
  input = local.pipeline

  lifecycle {
    precondition {
      condition     = length(local.problems) == 0
      error_message = "The pipeline cannot run: ${join("; ", local.problems)}."
    }
  }
}
