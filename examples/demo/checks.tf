locals {
  # Connections that a processor names and that do not exist or are not READY. The state is null if Atlas does not return one.
  named_in_trouble = merge([
    for instance, users in local.users : {
      for connection in keys(users) : "${instance}/${connection}" => try(local.states[instance][connection][0], "missing")
    }
  ]...)
  not_ready    = { for name, state in local.named_in_trouble : name => state if state != null && state != "READY" }
  failed_links = { for l in data.atlas_streams_private_links.all.results : l.id => l.error_message if l.state == "FAILED" }
}

check "every_named_connection_is_ready" {
  assert {
    condition     = length(local.not_ready) == 0
    error_message = "Processors name these connections, which are missing or not READY: ${jsonencode(local.not_ready)}."
  }
}

check "no_private_link_failed" {
  assert {
    condition     = length(local.failed_links) == 0
    error_message = "These private links FAILED: ${jsonencode(local.failed_links)}."
  }
}
