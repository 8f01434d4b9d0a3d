terraform {
  required_providers {
    atlas = {
      source = "seed-5109b9b7/atlas"
    }
  }
}

variable "access_token" {
  type      = string
  sensitive = true
}

provider "atlas" {
  access_token = var.access_token
}
