package acctest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

const (
	// module is the module to build.
	module = "github.com/seed-5109b9b7/terraform-provider-atlas"
	// source is the source of the provider in configurations, and version is a version that they accept.
	source  = "seed-5109b9b7/atlas"
	version = "0.1.0"
)

// Binaries are the paths of the built commands of this repository.
type Binaries struct {
	Provider, Sandbox string
	// CLIConfig is a CLI configuration file with which Terraform and OpenTofu install the provider.
	CLIConfig string
}

// Build builds the commands once per process. A package that uses them must call Main.
func Build(tb testing.TB) Binaries {
	tb.Helper()
	binaries, err := built()
	if err != nil {
		tb.Fatal(err)
	}
	return binaries
}

// lookAtSources looks at every file from which the commands are built: go test uses a cached result until a file changes that the
// tests have looked at, and does not know what they build.
func lookAtSources() error {
	output, err := exec.CommandContext(context.Background(), "go", "env", "GOMOD").Output()
	if err != nil {
		return err
	}
	root := filepath.Dir(strings.TrimSpace(string(output)))
	for _, name := range []string{"go.mod", "main.go", "internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, name), func(name string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(name)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Main is the TestMain of a package whose tests need the binaries. It runs the tests and removes the binaries.
func Main(m *testing.M) {
	m.Run()
	if buildFolder != "" {
		_ = os.RemoveAll(buildFolder)
	}
}

// buildFolder contains the binaries. It is empty before they are built.
var buildFolder string

var built = sync.OnceValues(func() (Binaries, error) {
	if err := lookAtSources(); err != nil {
		return Binaries{}, err
	}
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
	//nolint:gosec // constants, except for the temporary folder
	build := exec.CommandContext(context.Background(), "go", "build", "-o", folder, module, module+"/cmd/atlas-sandbox")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as a release
	if output, err := build.CombinedOutput(); err != nil {
		return Binaries{}, fmt.Errorf("go build: %w\n%s", err, output)
	}
	return binaries, mirror(binaries)
})

// mirror writes a CLI configuration with which both CLIs install the provider from a folder. Unlike a development override, this
// needs no registry and prints no warning.
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
