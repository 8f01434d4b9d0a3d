terraform {
  required_providers {
    atlas = {
      source = "seed-5109b9b7/atlas"
    }
  }
}

variable "project_id" {
  description = "ID of the Atlas project."
  type        = string
}

variable "sink" {
  description = "Cluster connection that processed events are written to."
  type        = object({ instance_name = string, name = string })
}

data "atlas_streams_instances" "all" {
  project_id = var.project_id
}

data "atlas_streams_connections" "all" {
  for_each = toset(data.atlas_streams_instances.all.results[*].name)

  project_id    = var.project_id
  instance_name = each.key
}

data "atlas_streams_connection" "sink" {
  project_id    = var.project_id
  instance_name = var.sink.instance_name
  name          = var.sink.name

  lifecycle {
    postcondition {
      condition     = self.state == null || self.state == "READY"
      error_message = "The sink ${self.name} is not READY."
    }
  }
}

output "kafka_brokers" {
  description = "Brokers of each Kafka connection that is READY or has no state, by instance."
  value = {
    for instance, listing in data.atlas_streams_connections.all : instance => {
      for c in listing.results : c.name => c.kafka.bootstrap_servers...
      if c.type == "Kafka" && (c.state == null || c.state == "READY")
    }
  }
}

output "sink_cluster" {
  description = "Name of the cluster that the sink writes to."
  value       = data.atlas_streams_connection.sink.cluster.cluster_name
}
