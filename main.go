// Command terraform-provider-atlas serves the provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// version is set by the release build.
var version = ""

func main() {
	debugger := flag.Bool("debug", false, "serve for a debugger such as delve")
	flag.Parse()
	// net/http logs what a server sends without a request, which may repeat a secret, and Terraform logs everything that a
	// provider prints.
	log.SetOutput(io.Discard)

	// With this variable, the plugin library would write every message of the protocol, secrets included, into files that other
	// users can read.
	_ = os.Unsetenv("TF_LOG_SDK_PROTO_DATA_DIR")

	build, _ := debug.ReadBuildInfo()
	p := provider.New(versionOf(version, build))
	go closeOnSIGTERM(p)
	var options []tf6server.ServeOpt
	if *debugger {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve(provider.Address, p.Server, options...)
	p.Close(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// graceAfterSIGTERM is how long the process waits for Terraform to end it.
const graceAfterSIGTERM = 5 * time.Second

// closeOnSIGTERM waits for SIGTERM, as a CI system sends it to a process group, and then ends the reads and revokes the token. If
// Terraform got the signal too, it prints why the reads failed, and ends this process. If it is gone, the process ends by itself.
func closeOnSIGTERM(p *provider.Provider) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	<-signals
	time.AfterFunc(graceAfterSIGTERM, func() { os.Exit(1) })
	p.Close(context.Background())
}

// versionOf returns the version of the release or of the module that go install built, and "dev" for any other build.
func versionOf(release string, build *debug.BuildInfo) string {
	switch {
	case release != "":
		return release
	case build != nil && strings.HasPrefix(build.Main.Version, "v"):
		return strings.TrimPrefix(build.Main.Version, "v")
	}
	return "dev"
}
