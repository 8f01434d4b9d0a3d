variable "base_url" {
  type    = string
  default = "https://cloud.mongodbgov.com"
}

provider "atlas" {
  base_url = var.base_url
}
