locals {
  # Connections that a processor names and that are missing or not READY. The state is null if Atlas does not return one.
  in_trouble = flatten([
    for instance, users in local.users : [
      for name in keys(users) : [
        for state in lookup(local.states[instance], name, ["missing"]) : "${name} in ${instance} (${state})"
        if state != null && state != "READY"
      ]
    ]
  ])
  failed_links = [for l in data.atlas_streams_private_links.all.results : "${l.id} (${coalesce(l.error_message, "no reason")})" if l.state == "FAILED"]
}

check "every_named_connection_is_ready" {
  assert {
    condition     = length(local.in_trouble) == 0
    error_message = "Processors name these connections, which are missing or not READY: ${join(", ", local.in_trouble)}."
  }
}

check "no_private_link_failed" {
  assert {
    condition     = length(local.failed_links) == 0
    error_message = "These private links FAILED: ${join(", ", local.failed_links)}."
  }
}
