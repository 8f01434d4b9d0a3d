// Command terraform-provider-atlas serves the provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"
	"time"

	tfprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// version is set by the release build.
var version = "dev"

// closeTimeout is how long the process may take to give back its tokens; Terraform kills it after two seconds.
const closeTimeout = time.Second

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve")
	flag.Parse()

	p := provider.New(version)
	err := providerserver.Serve(context.Background(), func() tfprovider.Provider { return p }, providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   *debug,
	})
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	p.Close(ctx)
	if err != nil {
		log.Fatal(err) //nolint:gocritic // the process ends, cancel or not
	}
}
