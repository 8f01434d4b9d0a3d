terraform {
  required_version = ">= 1.8"

  required_providers {
    atlas = {
      source  = "seed-5109b9b7/atlas"
      version = "~> 0.1"
    }
  }
}

# Credentials and the base URL come from environment variables.
provider "atlas" {}

variable "project_id" {
  description = "ID of the Atlas project."
  type        = string
  default     = "6650a4c1e8b7f3129d04c5a7"
}

data "atlas_streams_instances" "all" {
  project_id = var.project_id
}

data "atlas_streams_connections" "all" {
  for_each = toset(data.atlas_streams_instances.all.results[*].name)

  project_id    = var.project_id
  instance_name = each.key
}

locals {
  connections = merge([
    for instance, listing in data.atlas_streams_connections.all : { for c in listing.results : "${instance}/${c.name}" => c }
  ]...)
}

output "connections_by_type" {
  value = { for type, names in { for name, c in local.connections : c.type => name... } : type => length(names) }
}

output "kafka_bootstrap_servers" {
  value = { for name, c in local.connections : name => split(",", c.kafka.bootstrap_servers) if c.type == "Kafka" }
}
