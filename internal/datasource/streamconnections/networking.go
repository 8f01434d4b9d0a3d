package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"

// networkAccess is the access of networking or of publicPrivateNetworking. A connection can have either or both.
var networkAccess = attribute.Merged("Network access of the connection, whatever its type. The object is never null. Its attributes "+
	"are null if Atlas returns none, as for the types `Cluster`, `Https`, `Sample`, and `SchemaRegistry`, which have no such setting.",
	attribute.Object{
		"type": attribute.Text("type", "Type of access: `PUBLIC`, `VPC`, `PRIVATE_LINK`, or `TRANSIT_GATEWAY`. "+
			"Null does not mean that access is private."),
		"connection_id": networkingConnectionID,
		"name":          networkingName,
		"tgw_route_id":  networkingRouteID,
	}, "networking.access", "publicPrivateNetworking.access")

// networking is the API schema StreamsKafkaNetworking.
var networking = attribute.Nested("networking", "How the connection reaches its target.", attribute.Object{
	"access": attribute.Nested("access", "Network access.", attribute.Object{
		"type":          attribute.Text("type", "Type of access: `PUBLIC`, `VPC`, `PRIVATE_LINK`, or `TRANSIT_GATEWAY`."),
		"connection_id": networkingConnectionID,
		"name":          networkingName,
		"tgw_route_id":  networkingRouteID,
	}),
})

// publicPrivateNetworking is the API schema StreamsPublicPrivateLinkNetworking.
var publicPrivateNetworking = attribute.Nested("publicPrivateNetworking",
	"How the connection reaches its target (`publicPrivateNetworking` in the API).", attribute.Object{
		"access": attribute.Nested("access", "Network access.", attribute.Object{
			"type":          attribute.Text("type", "Type of access: `PUBLIC` or `PRIVATE_LINK`."),
			"connection_id": networkingConnectionID,
		}),
	})

var networkingConnectionID = attribute.Text("connectionId", "ID of the private link if `type` is `PRIVATE_LINK`, 24 hexadecimal digits. "+
	"It is the `id` of a result of `atlas_streams_private_links`.")

var networkingName = attribute.Text("name", "Name of the private link if `type` is `PRIVATE_LINK`.")

var networkingRouteID = attribute.Text("tgwRouteId",
	"ID of the transit gateway route if `type` is `TRANSIT_GATEWAY`, 24 hexadecimal digits.")
