# Denies a plan that lists a connection that is PUBLIC, or a stream processor without a dead letter queue.
package streams

import rego.v1

# The data sources that the plan read, in all modules.
reads contains resource if {
	walk(input.prior_state.values, [_, resource])
	resource.mode == "data"
}

results(type) := {result |
	some resource in reads
	resource.type == type
	some result in resource.values.results
}

deny contains message if {
	some connection in results("atlas_streams_connections")
	connection.network_access.type == "PUBLIC"
	message := sprintf("The connection %q is PUBLIC.", [connection.name])
}

deny contains message if {
	some processor in results("atlas_streams_processors")
	not "dlq" in {connection.role | some connection in processor.connections}
	message := sprintf("The processor %q has no dead letter queue.", [processor.name])
}
