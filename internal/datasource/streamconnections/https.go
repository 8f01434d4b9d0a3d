package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"

var https = attribute.Object{
	"url": attribute.Text("url", "URL that Atlas sends requests to. The URL of a webhook can contain a token, and plan output shows it."),
	"header_names": attribute.Keys("headers", "Names of the request headers, sorted. Their values are in `https_headers`. "+
		"The list is empty if there are none."),
}
