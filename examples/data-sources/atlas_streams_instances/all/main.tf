data "atlas_streams_instances" "all" {
  project_id = "6650a4c1e8b7f3129d04c5a7"
}

output "regions" {
  value = { for i in data.atlas_streams_instances.all.results : i.name => i.data_process_region.region }
}
