variable "access_token" {
  type      = string
  sensitive = true
}

provider "atlas" {
  access_token = var.access_token
}
