package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"

// networking maps the API schema StreamsKafkaNetworking, which Kafka, S3 and Kinesis connections have.
var networking = object("How the connection reaches its target.",
	func(c connection) *atlas.Networking { return c.Networking },
	fields[*atlas.Networking]{"access": object("Network access.", networkingAccess, fields[*atlas.NetworkingAccess]{
		"type":          networkingType("`PUBLIC`, `VPC`, `PRIVATE_LINK` or `TRANSIT_GATEWAY`"),
		"connection_id": networkingConnectionID,
		"name": text("Name of the private link, for `PRIVATE_LINK`.",
			func(a *atlas.NetworkingAccess) *string { return a.Name }),
		"tgw_route_id": text("ID of the transit gateway route, for `TRANSIT_GATEWAY`, 24 hexadecimal digits.",
			func(a *atlas.NetworkingAccess) *string { return a.TGWRouteID }),
	})})

// publicPrivateNetworking maps the API schema StreamsPublicPrivateLinkNetworking, which the other connections have that
// can use a private link.
var publicPrivateNetworking = object("How the connection reaches its target (`publicPrivateNetworking` of the API).",
	func(c connection) *atlas.Networking { return c.PublicPrivateNetworking },
	fields[*atlas.Networking]{"access": object("Network access.", networkingAccess, fields[*atlas.NetworkingAccess]{
		"type":          networkingType("`PUBLIC` or `PRIVATE_LINK`"),
		"connection_id": networkingConnectionID,
	})})

func networkingAccess(n *atlas.Networking) *atlas.NetworkingAccess { return n.Access }

func networkingType(values string) field[*atlas.NetworkingAccess] {
	return text("Type of access: "+values+".", func(a *atlas.NetworkingAccess) *string { return a.Type })
}

var networkingConnectionID = text("ID of the private link connection, for `PRIVATE_LINK`, 24 hexadecimal digits.",
	func(a *atlas.NetworkingAccess) *string { return a.ConnectionId })
