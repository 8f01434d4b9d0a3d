terraform {
  required_providers {
    atlas = {
      source  = "seed-5109b9b7/atlas"
      version = "~> 0.1"
    }
  }
}

provider "atlas" {}

data "atlas_streams_connections" "webshop" {
  project_id    = "6650a4c1e8b7f3129d04c5a7"
  instance_name = "webshop"
}

output "names" {
  value = data.atlas_streams_connections.webshop.results[*].name
}
