variable "public_key" {
  type = string
}

variable "private_key" {
  type      = string
  sensitive = true
}

provider "atlas" {
  public_key  = var.public_key
  private_key = var.private_key
}
