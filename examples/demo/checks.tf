locals {
  # The state is null if Atlas does not return one.
  not_ready = { for name, c in local.connections : name => c.state if c.state != null && c.state != "READY" }
}

check "every_connection_is_ready" {
  assert {
    condition     = length(local.not_ready) == 0
    error_message = "These connections are not READY: ${jsonencode(local.not_ready)}."
  }
}
