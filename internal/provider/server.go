package provider

import (
	"context"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Server returns a server of the provider for tf6server.Serve. Unlike the framework's own server, it also ends reads that
// arrive after Terraform has stopped the provider.
func (p *Provider) Server() tfprotov6.ProviderServer {
	return &server{ProviderServer: providerserver.NewProtocol6(p)()}
}

// server interrupts every read after StopProvider. tf6server cancels only the reads that are in progress, but Terraform calls
// StopProvider and ReadDataSource from different goroutines, so a read can arrive just after an interrupt and would run until
// its own timeout.
//
// It does not implement the optional interfaces of the framework's server, which are for list resources, actions, and state
// stores.
type server struct {
	tfprotov6.ProviderServer

	stopped atomic.Bool
}

// ConfigureProvider starts a new run: a process that runs for a debugger serves several.
func (s *server) ConfigureProvider(
	ctx context.Context, req *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	s.stopped.Store(false)
	return s.ProviderServer.ConfigureProvider(ctx, req)
}

// StopProvider runs before tf6server cancels the reads in progress, so that no read can start in between.
func (s *server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.stopped.Store(true)
	return s.ProviderServer.StopProvider(ctx, req)
}

func (s *server) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if s.stopped.Load() {
		cancel()
	}
	return s.ProviderServer.ReadDataSource(ctx, req)
}
