package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

const (
	// module is what is built.
	module = "github.com/seed-5109b9b7/terraform-provider-atlas"
	// source is the address that configurations give for the provider, and version one that they accept.
	source  = "seed-5109b9b7/atlas"
	version = "0.1.0"
)

// Binaries are the commands of this repository, as their users run them.
type Binaries struct {
	Provider, Sandbox string
	// CLIConfig is a CLI configuration file that has Terraform and OpenTofu install the provider.
	CLIConfig string
}

// Build builds the commands once a process. A package that uses them calls Main.
func Build(tb testing.TB) Binaries {
	tb.Helper()
	binaries, err := built()
	if err != nil {
		tb.Fatal(err)
	}
	return binaries
}

// Main is the TestMain of a package whose tests need the binaries: it runs the tests and removes what they have built.
func Main(m *testing.M) {
	m.Run()
	if buildFolder != "" {
		_ = os.RemoveAll(buildFolder)
	}
}

// buildFolder outlives each test. It is empty until something is built.
var buildFolder string

var built = sync.OnceValues(func() (Binaries, error) {
	folder, err := os.MkdirTemp("", "terraform-provider-atlas")
	if err != nil {
		return Binaries{}, err
	}
	buildFolder = folder
	suffix := ""
	if runtime.GOOS == "windows" {
		suffix = ".exe"
	}
	binaries := Binaries{
		Provider:  filepath.Join(folder, path.Base(module)+suffix),
		Sandbox:   filepath.Join(folder, "atlas-sandbox"+suffix),
		CLIConfig: filepath.Join(folder, "cli.tfrc"),
	}
	//nolint:gosec // constants, but for a folder of our own
	build := exec.CommandContext(context.Background(), "go", "build", "-o", folder, module, module+"/cmd/atlas-sandbox")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as a release
	if output, err := build.CombinedOutput(); err != nil {
		return Binaries{}, fmt.Errorf("go build: %w\n%s", err, output)
	}
	return binaries, mirror(binaries)
})

// mirror has both CLIs install the provider from a folder, which unlike a development override needs no registry and
// prints no warning.
func mirror(binaries Binaries) error {
	root := filepath.Join(filepath.Dir(binaries.Provider), "mirror")
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(root, host, filepath.FromSlash(source), version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		if err := os.Link(binaries.Provider, filepath.Join(folder, filepath.Base(binaries.Provider))); err != nil {
			return err
		}
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(root))
	return os.WriteFile(binaries.CLIConfig, []byte(config), 0o600)
}
