// Package configured contains what data sources share: the client that the provider configured, and the state of a read.
package configured

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

// Data is what the provider hands to its data sources.
type Data struct {
	// Client is nil before Configure runs. The methods of a nil client fail.
	Client *atlas.Client
	// Version is the version of the provider, for warnings.
	Version string
}

// DataSource implements Configure for the data sources that embed it.
type DataSource struct{ Data }

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return // during validation, the provider is not configured yet
	}
	data, ok := req.ProviderData.(Data)
	if !ok {
		resp.Diagnostics.Append(diagnostic.Internal("Unexpected provider data",
			fmt.Errorf("the data source got a %T from its provider", req.ProviderData)))
		return
	}
	d.Data = data
}
