package streams_test

import data.streams
import rego.v1

plan(module) := {"prior_state": {"values": {"root_module": module}}}

connections(access) := {"resources": [{
	"mode": "data",
	"type": "atlas_streams_connections",
	"values": {"results": [{"name": "orders", "network_access": {"type": access}}]},
}]}

processors(role) := {"resources": [{
	"mode": "data",
	"type": "atlas_streams_processors",
	"values": {"results": [{"name": "enrich", "connections": [{"name": "orders", "role": role}]}]},
}]}

test_public_connection_is_denied if {
	streams.deny == {`The connection "orders" is PUBLIC.`} with input as plan(connections("PUBLIC"))
}

test_connection_in_a_child_module_is_denied if {
	streams.deny == {`The connection "orders" is PUBLIC.`} with input as plan({"child_modules": [connections("PUBLIC")]})
}

test_other_connections_are_allowed if {
	every access in ["PRIVATE_LINK", null] {
		count(streams.deny) == 0 with input as plan(connections(access))
	}
}

test_processor_without_a_dead_letter_queue_is_denied if {
	streams.deny == {`The processor "enrich" has no dead letter queue.`} with input as plan(processors("source"))
}

test_processor_with_a_dead_letter_queue_is_allowed if {
	count(streams.deny) == 0 with input as plan(processors("dlq"))
}
