package main_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// The tests of this file run the built provider as its users do, under the Terraform or OpenTofu that
// TF_ACC_TERRAFORM_PATH names, or else terraform on the PATH.

// cli runs one configuration with the provider of this repository.
type cli struct{ path, folder, config string }

// built builds the provider once for all tests, into a folder that outlives each of them.
var built = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "terraform-provider-atlas")
	if err != nil {
		return "", err
	}
	name := "terraform-provider-atlas"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	build := exec.CommandContext(context.Background(), "go", "build", "-o", filepath.Join(folder, name), ".") //nolint:gosec // a name of ours
	if output, err := build.CombinedOutput(); err != nil {
		return folder, fmt.Errorf("go build: %w\n%s", err, output)
	}
	return folder, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if folder, _ := built(); folder != "" {
		_ = os.RemoveAll(folder)
	}
	os.Exit(code)
}

func newCLI(t *testing.T, configuration string) cli {
	t.Helper()
	command := "terraform"
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		command = path
	}
	provided, err := built()
	if err != nil {
		t.Fatal(err)
	}
	c := cli{path: command, folder: t.TempDir(), config: filepath.Join(t.TempDir(), "cli.tfrc")}
	source := strings.TrimPrefix(provider.Address, "registry.terraform.io/")
	for file, content := range map[string]string{
		filepath.Join(c.folder, "main.tf"): fmt.Sprintf(
			"terraform {\n  required_providers {\n    atlas = { source = %q }\n  }\n}\n%s", source, configuration),
		c.config: fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n",
			source, filepath.ToSlash(provided)),
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func (c cli) run(t *testing.T, environment []string, arguments ...string) ([]byte, error) {
	t.Helper()
	return c.command(t, environment, arguments...).CombinedOutput()
}

// command is the CLI in an environment that has nothing of this machine's Terraform or Atlas but environment.
func (c cli) command(t *testing.T, environment []string, arguments ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), c.path, append(arguments, "-no-color")...) //nolint:gosec // the CLI under test
	cmd.Dir = c.folder
	cmd.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "MONGODB_ATLAS_")
	})
	cmd.Env = append(cmd.Env, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+c.config)
	cmd.Env = append(cmd.Env, environment...)
	return cmd
}

// signIns are the environments of the ways to sign in at url.
func signIns(url string) map[string][]string {
	c := sandbox.DefaultCredentials()
	base := "MONGODB_ATLAS_BASE_URL=" + url
	return map[string][]string{
		"service account": {base, "MONGODB_ATLAS_CLIENT_ID=" + c.ClientID, "MONGODB_ATLAS_CLIENT_SECRET=" + c.ClientSecret},
		"access token":    {base, "MONGODB_ATLAS_ACCESS_TOKEN=" + c.AccessToken},
		"API key":         {base, "MONGODB_ATLAS_PUBLIC_KEY=" + c.PublicKey, "MONGODB_ATLAS_PRIVATE_KEY=" + c.PrivateKey},
	}
}

func TestValidateSendsNothing(t *testing.T) {
	t.Parallel()
	s, url := acctest.Serve(t, acctest.Data())
	c := newCLI(t, acctest.ProviderBlock(url)+acctest.DataBlock())
	if output, err := c.run(t, nil, "validate"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if got := len(s.Requests()); got != 0 {
		t.Errorf("%d requests, want none", got)
	}
}

func TestPlanFetchesOneTokenAndRevokesIt(t *testing.T) {
	t.Parallel()
	s, url := acctest.Serve(t, acctest.Data(acctest.Samples(501)...))
	second := strings.Replace(acctest.DataBlock(), `"test"`, `"second"`, 1)
	c := newCLI(t, acctest.ProviderBlock(url)+acctest.DataBlock()+second)
	if output, err := c.run(t, nil, "plan"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for endpoint, want := range map[string]int{sandbox.EndpointToken: 1, sandbox.EndpointConnections: 4, sandbox.EndpointRevoke: 1} {
		if got := acctest.Count(s, endpoint); got != want {
			t.Errorf("%d requests of the endpoint %s, want %d", got, endpoint, want)
		}
	}
}

func TestCredentialsOfTheEnvironment(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Data())
	for name, environment := range signIns(url) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if output, err := newCLI(t, acctest.DataBlock()).run(t, environment, "plan"); err != nil {
				t.Errorf("%v\n%s", err, output)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		output, err := newCLI(t, acctest.DataBlock()).run(t, nil, "plan")
		if err == nil || !acctest.Folded("Missing credentials.*client_id and client_secret").Match(output) {
			t.Errorf("%v, want an error that names the arguments\n%s", err, output)
		}
	})
}
