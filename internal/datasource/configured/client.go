// Package configured gives a data source the client that the provider has configured.
package configured

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

// Client is embedded by each data source. Until Configure has run, the atlas.Client is nil, whose reads fail.
type Client struct{ *atlas.Client }

// Configure implements datasource.DataSourceWithConfigure.
func (c *Client) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return // the framework validates before it configures the provider
	}
	client, ok := req.ProviderData.(*atlas.Client)
	if !ok {
		resp.Diagnostics.Append(diagnostic.Internal("Unexpected provider data",
			fmt.Errorf("the data source got a %T from its provider", req.ProviderData)))
		return
	}
	c.Client = client
}
