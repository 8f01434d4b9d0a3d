terraform {
  required_version = ">= 1.8"

  required_providers {
    atlas = {
      source = "seed-5109b9b7/atlas"
    }
  }
}

# Credentials and the base URL come from the environment.
provider "atlas" {}

variable "project_id" {
  description = "ID of the Atlas project."
  type        = string
  default     = "6650a4c1e8b7f3129d04c5a7"
}

variable "instance_name" {
  description = "Name of the stream processing instance."
  type        = string
  default     = "webshop"
}

data "atlas_streams_connections" "all" {
  project_id    = var.project_id
  instance_name = var.instance_name
}

locals {
  all = data.atlas_streams_connections.all.results
}

output "names_by_type" {
  value = { for type in toset(local.all[*].type) : type => join(", ", [for c in local.all : c.name if c.type == type]) }
}

output "kafka_bootstrap_servers" {
  value = { for c in local.all : c.name => split(",", c.kafka.bootstrap_servers) if c.type == "Kafka" }
}

output "not_ready" {
  value = { for c in local.all : c.name => c.state if c.state != "READY" }
}
