provider "atlas" {
  base_url = "https://cloud.mongodbgov.com"
}
