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

variable "workspace_name" {
  description = "Name of the stream processing workspace."
  type        = string
}

variable "required_connections" {
  description = "Names of the connections without which nothing may be deployed."
  type        = set(string)
  default     = []
}

data "atlas_streams_connections" "all" {
  project_id     = var.project_id
  workspace_name = var.workspace_name
}

locals {
  ready = toset([for c in data.atlas_streams_connections.all.results : c.name if c.state == "READY"])
}

output "kafka_brokers" {
  description = "Brokers of each Kafka connection that is READY."
  value = {
    for c in data.atlas_streams_connections.all.results : c.name => split(",", c.kafka.bootstrap_servers)
    if c.type == "Kafka" && contains(local.ready, c.name)
  }

  precondition {
    condition     = length(setsubtract(var.required_connections, local.ready)) == 0
    error_message = "Not READY: ${join(", ", setsubtract(var.required_connections, local.ready))}."
  }
}
