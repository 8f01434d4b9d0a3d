# Denies a plan if a data source of the provider lists a stream processor without a dead letter queue, or a connection that is PUBLIC.
#
#   terraform plan -out=plan.bin
#   terraform show -json plan.bin | conftest test --policy examples/policy -
package main

import rego.v1

listings contains resource.values.results[_] if {
	some module in object.get(input, ["prior_state", "values"], {})
	some resource in module.resources
	resource.type == "atlas_streams_connections"
}

processors contains resource.values.results[_] if {
	some module in object.get(input, ["prior_state", "values"], {})
	some resource in module.resources
	resource.type == "atlas_streams_processors"
}

deny contains message if {
	some connection in listings
	connection.network_access.type == "PUBLIC"
	message := sprintf("The connection %q is PUBLIC.", [connection.name])
}

deny contains message if {
	some processor in processors
	not "dlq" in {c.role | some c in processor.connections}
	message := sprintf("The processor %q has no dead letter queue.", [processor.name])
}
