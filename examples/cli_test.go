package examples_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const version = "0.0.1"

// cli is a Terraform or OpenTofu that installs the provider of this repository from a mirror.
type cli struct {
	path    string
	config  string
	sandbox string // the command atlas-sandbox
}

func newCLI(t *testing.T) cli {
	t.Helper()
	command := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if command == "" {
		command = "terraform"
	}
	command, err := exec.LookPath(command)
	if err != nil {
		t.Fatalf("Set TF_ACC_TERRAFORM_PATH to a Terraform or OpenTofu, or have terraform on the PATH: %v", err)
	}
	folder := t.TempDir()
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		build(t, "..", filepath.Join(folder, "mirror", host, "seed-5109b9b7", "atlas", version, runtime.GOOS+"_"+runtime.GOARCH,
			"terraform-provider-atlas"+executable()))
	}
	config := filepath.Join(folder, "cli.tfrc")
	mirror := filepath.ToSlash(filepath.Join(folder, "mirror"))
	settings := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	if err := os.WriteFile(config, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	atlasSandbox := filepath.Join(folder, "atlas-sandbox"+executable())
	build(t, "../cmd/atlas-sandbox", atlasSandbox)
	return cli{path: command, config: config, sandbox: atlasSandbox}
}

func executable() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

func build(t *testing.T, source, target string) {
	t.Helper()
	//nolint:gosec // both are constants of this test
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", target, source).CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", source, err, output)
	}
}

// run runs the CLI and returns what it printed.
func (c cli) run(t *testing.T, folder string, environment []string, arguments ...string) string {
	t.Helper()
	output, err := c.start(t, folder, environment, c.path, arguments...)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return output
}

// runUnderSandbox runs the tests of a module as the guide says.
func (c cli) runUnderSandbox(t *testing.T, folder string) (string, error) {
	t.Helper()
	return c.start(t, folder, nil, c.sandbox, "exec", "--data", "tests/connections.json", "--", c.path, "test", "-no-color")
}

func (c cli) start(t *testing.T, folder string, environment []string, command string, arguments ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command, arguments...) //nolint:gosec // the CLI or the sandbox
	cmd.Dir = folder
	// What this machine has set must not matter.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "MONGODB_ATLAS_")
	})
	cmd.Env = append(cmd.Env, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+c.config)
	cmd.Env = append(cmd.Env, environment...)
	output, err := cmd.CombinedOutput()
	return string(output), err
}

// serve starts a sandbox with the listing of the demo.
func serve(t *testing.T) (atlas *sandbox.Sandbox, url string) {
	t.Helper()
	file, err := os.Open("demo/connections.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	data, err := sandbox.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	atlas = sandbox.New(data)
	server := httptest.NewServer(atlas)
	t.Cleanup(server.Close)
	return atlas, server.URL
}

// variables are those of the examples that bring their own credentials, and the base URL.
func variables(url string) []string {
	credentials := sandbox.DefaultCredentials()
	return []string{
		"MONGODB_ATLAS_BASE_URL=" + url,
		"TF_VAR_access_token=" + credentials.AccessToken,
		"TF_VAR_client_id=" + credentials.ClientID,
		"TF_VAR_client_secret=" + credentials.ClientSecret,
		"TF_VAR_private_key=" + credentials.PrivateKey,
		"TF_VAR_public_key=" + credentials.PublicKey,
	}
}

// signedIn is the environment of the other examples.
func signedIn(url string) []string {
	credentials := sandbox.DefaultCredentials()
	return append(variables(url),
		"MONGODB_ATLAS_CLIENT_ID="+credentials.ClientID, "MONGODB_ATLAS_CLIENT_SECRET="+credentials.ClientSecret)
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file) //nolint:gosec // of the repository, or of the test's own folder
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// copyOf copies an example, so that what init leaves does not stay in the repository.
func copyOf(t *testing.T, folder string) string {
	t.Helper()
	target := t.TempDir()
	if err := os.CopyFS(target, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return target
}
