// Package configured contains what data sources share: the client that the provider configured, and the state of a read.
package configured

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

// Data is what the provider hands to its data sources.
type Data struct {
	// Client is nil if Unusable is set.
	Client *atlas.Client
	// Unusable is why the configuration of the provider, or its environment, makes every read impossible.
	Unusable diag.Diagnostics
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

// Unready returns why no read is possible, or nothing.
func (d *DataSource) Unready() diag.Diagnostics {
	if d.Client == nil && d.Unusable == nil {
		return diag.Diagnostics{diagnostic.Internal("Unconfigured provider", errors.New("the read began before the provider was configured"))}
	}
	return d.Unusable
}
