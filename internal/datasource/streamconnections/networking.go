package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"

// networking is the API schema StreamsKafkaNetworking.
var networking = attribute.Nested("networking", "How the connection reaches its target.", attribute.Object{
	"access": attribute.Nested("access", "Network access.", attribute.Object{
		"type":          attribute.Text("type", "Type of access: `PUBLIC`, `VPC`, `PRIVATE_LINK`, or `TRANSIT_GATEWAY`."),
		"connection_id": networkingConnectionID,
		"name":          attribute.Text("name", "Name of the private link if `type` is `PRIVATE_LINK`."),
		"tgw_route_id": attribute.Text("tgwRouteId",
			"ID of the transit gateway route if `type` is `TRANSIT_GATEWAY`, 24 hexadecimal digits."),
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

var networkingConnectionID = attribute.Text("connectionId",
	"ID of the private link connection if `type` is `PRIVATE_LINK`, 24 hexadecimal digits.")
