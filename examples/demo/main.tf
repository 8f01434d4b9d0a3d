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

data "atlas_streams_processors" "all" {
  for_each = toset(data.atlas_streams_instances.all.results[*].name)

  project_id    = var.project_id
  instance_name = each.key
}

data "atlas_streams_private_links" "all" {
  project_id = var.project_id
}

locals {
  # By instance: the processors that use each connection. transpose turns "processor to connections" around.
  users = {
    for instance, listing in data.atlas_streams_processors.all :
    instance => transpose({ for p in listing.results : p.name => p.connection_names })
  }

  # By instance: the state of each connection. A failover connection has the name of its primary, so each value is a list.
  states = {
    for instance, listing in data.atlas_streams_connections.all :
    instance => { for c in listing.results : c.name => c.state... }
  }
}

output "used_by" {
  description = "The processors that use each connection."
  value = {
    for instance, users in local.users : instance => { for connection, processors in users : connection => join(", ", processors) }
  }
}

output "unused" {
  description = "Connections, except samples, that no listed processor names."
  value = {
    for instance, listing in data.atlas_streams_connections.all : instance => sort(setsubtract(
      [for c in listing.results : c.name if c.type != "Sample"], keys(local.users[instance])
    ))
  }
}
