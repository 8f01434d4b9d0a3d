terraform {
  required_providers {
    atlas = {
      source = "seed-5109b9b7/atlas"
    }
  }
}

variable "base_url" {
  type    = string
  default = "https://cloud.mongodbgov.com"
}

provider "atlas" {
  base_url = var.base_url
}
