package acctest

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// CLI runs Terraform or OpenTofu in a folder that is initialized with the built provider. It runs the command in
// TF_ACC_TERRAFORM_PATH or, if that is not set, terraform on the PATH.
type CLI struct {
	Folder string

	path     string
	binaries Binaries
}

// NewCLI returns a CLI in a new folder, whose configuration requires the provider and contains the blocks.
func NewCLI(tb testing.TB, blocks ...string) CLI {
	tb.Helper()
	required := fmt.Sprintf("terraform {\n  required_providers {\n    atlas = { source = %q }\n  }\n}\n", source)
	return newCLI(tb, fstest.MapFS{"main.tf": {Data: []byte(required + strings.Join(blocks, "")), Mode: 0o600}})
}

// NewCLIFrom returns a CLI in a copy of a folder.
func NewCLIFrom(tb testing.TB, folder string) CLI {
	tb.Helper()
	return newCLI(tb, os.DirFS(folder))
}

func newCLI(tb testing.TB, configuration fs.FS) CLI {
	tb.Helper()
	command := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if command == "" {
		command = "terraform"
	}
	path, err := exec.LookPath(command)
	if err != nil {
		tb.Fatalf("Set TF_ACC_TERRAFORM_PATH to a Terraform or OpenTofu, or have terraform on the PATH: %v", err)
	}
	c := CLI{Folder: tb.TempDir(), path: path, binaries: Build(tb)}
	if err := os.CopyFS(c.Folder, configuration); err != nil {
		tb.Fatal(err)
	}
	c.Run(tb, nil, "init")
	return c
}

// Run runs a command of the CLI and returns its output. The test fails if the command fails.
func (c CLI) Run(tb testing.TB, environment []string, arguments ...string) string {
	tb.Helper()
	output, err := c.Command(tb, environment, arguments...).CombinedOutput()
	if err != nil {
		tb.Fatalf("%s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return string(output)
}

// Command returns a command of the CLI, such as plan.
func (c CLI) Command(tb testing.TB, environment []string, arguments ...string) *exec.Cmd {
	tb.Helper()
	return c.isolated(exec.CommandContext(tb.Context(), c.path, arguments...), environment) //nolint:gosec // the CLI under test
}

// CommandUnderSandbox returns a command of the CLI that atlas-sandbox runs. The sandbox serves data, a file in the folder.
func (c CLI) CommandUnderSandbox(tb testing.TB, data string, arguments ...string) *exec.Cmd {
	tb.Helper()
	arguments = append([]string{"exec", "--data", data, "--", c.path}, arguments...)
	return c.isolated(exec.CommandContext(tb.Context(), c.binaries.Sandbox, arguments...), nil) //nolint:gosec // built here
}

func (c CLI) isolated(cmd *exec.Cmd, environment []string) *exec.Cmd {
	cmd.Dir = c.Folder
	cmd.Env = append(withoutCLIs(os.Environ()), "CHECKPOINT_DISABLE=1", "TF_CLI_ARGS=-no-color",
		"TF_CLI_CONFIG_FILE="+c.binaries.CLIConfig, "TF_INPUT=0")
	cmd.Env = append(cmd.Env, environment...)
	return cmd
}

// withoutCLIs returns environment without the variables of Terraform, OpenTofu, the provider, and the Atlas CLI.
func withoutCLIs(environment []string) []string {
	return slices.DeleteFunc(environment, func(variable string) bool {
		return slices.ContainsFunc([]string{"TF_", "MONGODB_ATLAS_", "MCLI_"}, func(prefix string) bool {
			return strings.HasPrefix(variable, prefix)
		})
	})
}
