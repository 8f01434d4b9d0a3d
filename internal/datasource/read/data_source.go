// Package read contains what the reads of all data sources share: the arguments, the time limit, the data that the provider hands
// over, and the state. A data source that lists resources is a Listing.
package read

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

// defaultTimeout is the time limit of a read if timeouts.read is not set.
const defaultTimeout = 5 * time.Minute

// Data is what the provider hands to its data sources.
type Data struct {
	// Client is nil before Configure runs, and if Unusable is not empty.
	Client *atlas.Client
	// Version is the version of the provider, for warnings.
	Version string
	// Unusable contains the errors of a provider configuration that cannot work. If it is not empty, every read returns it.
	Unusable diag.Diagnostics
}

// DataSource is the part of a data source that does not depend on what it reads. Data sources embed it.
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

// Run calls read with the arguments of the configuration and within its time limit. read returns the values of the computed
// attributes by name, without those that are null. Unless it returns an error, the state is the configuration with these values.
func (d *DataSource) Run(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
	read func(ctx context.Context, arguments Arguments) (computed map[string]tftypes.Value, diags diag.Diagnostics),
) {
	timeout, diags := timeLimit(ctx, req)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(d.Unusable...)
	if d.Client == nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(diagnostic.Internal("Unconfigured provider",
			errors.New("the read began before the provider was configured")))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	computed, diags := read(ctx, newArguments(req.Config))
	resp.Diagnostics.Append(diags...)
	if !diags.HasError() {
		respond(req, resp, computed)
	}
}

// timeLimit returns the argument timeouts.read or its default.
func timeLimit(ctx context.Context, req datasource.ReadRequest) (time.Duration, diag.Diagnostics) {
	var limits timeouts.Value
	diags := req.Config.GetAttribute(ctx, path.Root("timeouts"), &limits)
	limit, limitDiags := limits.Read(ctx, defaultTimeout)
	return limit, append(diags, limitDiags...)
}
