terraform {
  required_providers {
    atlas = {
      source = "seed-5109b9b7/atlas"
    }
  }
}

variable "client_id" {
  type = string
}

variable "client_secret" {
  type      = string
  sensitive = true
}

provider "atlas" {
  client_id     = var.client_id
  client_secret = var.client_secret
}
