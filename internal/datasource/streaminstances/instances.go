// Package streaminstances implements the data source atlas_streams_instances: the stream processing instances of a project.
package streaminstances

import (
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
)

// New returns the data source atlas_streams_instances.
var New = read.NewListing(read.Listing{
	Name: "streams_instances",
	Description: "Lists all stream processing instances of a project. Atlas now calls an instance a workspace. " +
		"See [Return All Stream Workspaces in One Project]" +
		"(https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupstreamworkspaces) " +
		"in the Atlas Administration API.",
	Summary: "Unable to list stream processing instances",
	Noun:    "instance",
	List:    (*atlas.Client).ListStreamInstances,
	Result:  instance,
})

// instance is the table of the attributes of one stream processing instance (API schema StreamsTenant).
var instance = attribute.Object{
	"id":                  attribute.Text("_id", "ID of the instance (`_id` in the API), 24 hexadecimal digits."),
	"name":                attribute.Text("name", "Name of the instance."),
	"data_process_region": attribute.Nested("dataProcessRegion", "Region in which the instance processes data.", region),
	"failover_regions":    attribute.NestedList("failoverRegions", "Regions that the instance can fail over to.", region),
	"hostnames":           attribute.TextList("hostnames", "Hostnames of the instance, to which clients such as `mongosh` connect."),
	"stream_config": attribute.Nested("streamConfig", "Configuration of the instance.", attribute.Object{
		"tier":          attribute.Text("tier", "Default tier of the stream processors, such as `SP30`."),
		"max_tier_size": attribute.Text("maxTierSize", "Largest tier that a stream processor can use, such as `SP50`."),
	}),
	"sample_connections": attribute.Nested("sampleConnections", "Sample connections that Atlas adds to the instance. "+
		"Null, because Atlas currently does not return them in a list of instances.", attribute.Object{
		"solar": attribute.Bool("solar", "Whether Atlas adds the sample connection `sample_stream_solar`."),
	}),
}

var region = attribute.Object{
	"cloud_provider": attribute.Text("cloudProvider", "Cloud provider: `AWS`, `AZURE`, or `GCP`."),
	"region":         attribute.Text("region", "Name of the region in Atlas, such as `VIRGINIA_USA`."),
}
