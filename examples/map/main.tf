terraform {
  required_version = ">= 1.8"

  required_providers {
    atlas = {
      source  = "seed-5109b9b7/atlas"
      version = "~> 0.1"
    }
  }
}

provider "atlas" {}

variable "project_id" {
  description = "ID of the Atlas project."
  type        = string
  default     = "6650a4c1e8b7f3129d04c5a7"
}

variable "instances" {
  description = "Names of the instances to draw. Null draws all of them."
  type        = set(string)
  default     = null
}

data "atlas_streams_instances" "all" {
  project_id = var.project_id
}

locals {
  instances = sort([for i in data.atlas_streams_instances.all.results : i.name if var.instances == null || try(contains(var.instances, i.name), false)])
  unknown   = setsubtract(coalesce(var.instances, toset([])), data.atlas_streams_instances.all.results[*].name)
}

data "atlas_streams_connections" "all" {
  for_each = toset(local.instances)

  project_id    = var.project_id
  instance_name = each.key
}

data "atlas_streams_processors" "all" {
  for_each = toset(local.instances)

  project_id    = var.project_id
  instance_name = each.key
}

data "atlas_streams_private_links" "all" {
  project_id = var.project_id
}
