// Command terraform-provider-atlas serves the provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	tfprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve")
	flag.Parse()
	// net/http prints there what a server sends unasked, which may be a secret that it was sent, and Terraform takes all
	// that a provider prints into its log.
	log.SetOutput(io.Discard)

	p := provider.New(version)
	err := providerserver.Serve(context.Background(), func() tfprovider.Provider { return p }, providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   *debug,
	})
	p.Close(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
