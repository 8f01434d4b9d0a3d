// Command atlas-sandbox serves the Atlas Administration API from memory, so that a Terraform module that reads streams
// connections can be tested without an Atlas project, credentials, or network access.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// version is set by the release build.
var version = ""

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// exitError ends the program with an exit code. The program prints the error, unless it is nil.
type exitError struct {
	error

	code int
}

// usageErrorf returns an error about the command line. A hint to the help follows it.
func usageErrorf(format string, args ...any) error {
	return &exitError{fmt.Errorf(format, args...), 2}
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	used, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	exit, ok := errors.AsType[*exitError](err)
	if !ok {
		exit = &exitError{err, 1}
		if !used.HasParent() { // The root command runs nothing: it only rejects a command that does not exist.
			exit.code = 2
		}
	}
	if exit.error != nil {
		_, _ = fmt.Fprintf(stderr, "atlas-sandbox: %v\n", exit.error)
		if exit.code == 2 {
			_, _ = fmt.Fprintf(stderr, "Run '%s --help' for usage.\n", used.CommandPath())
		}
	}
	return exit.code
}

func versionOrBuild() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}

const documentation = "https://github.com/seed-5109b9b7/terraform-provider-atlas/blob/main/docs/guides/testing-modules-offline.md"

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "atlas-sandbox",
		Short: "Test Terraform modules that read Atlas Stream Processing connections, without Atlas",
		Long: `Test Terraform modules that read Atlas Stream Processing connections, without Atlas.

atlas-sandbox serves the part of the MongoDB Atlas Administration API that the
provider reads, on this machine, from a JSON file. You need no Atlas project,
credentials, or network access.`,
		Example: `  # Run a command against the sandbox
  atlas-sandbox exec --data connections.json -- terraform test

  # Serve until you press Ctrl-C
  atlas-sandbox serve --data connections.json

  # Enable completion in bash; zsh, fish, and PowerShell are supported too
  source <(atlas-sandbox completion bash)`,
		Version:       versionOrBuild(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetHelpTemplate(root.HelpTemplate() + `{{with .Annotations.` + helpSection + `}}
{{.}}
{{end}}
Documentation: ` + documentation + "\n")
	addHelpSection(root, `Data file:
  Projects by ID, their stream processing instances by name, and the connections
  of each as the API returns them, so you can paste a listing saved from Atlas.

  {
    "projects": {
      "6650a4c1e8b7f3129d04c5a7": {
        "instances": {
          "webshop": {
            "results": [{ "name": "sample_stream_solar", "type": "Sample" }]
          }
        }
      }
    }
  }`)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageErrorf("%w", err) })
	root.AddCommand(newExecCommand(), newServeCommand(), newSchemaCommand(), newVersionCommand(root))
	return root
}

// helpSection names the annotation of a command that its help shows below the flags.
const helpSection = "helpSection"

func addHelpSection(cmd *cobra.Command, text string) {
	cmd.Annotations = map[string]string{helpSection: text}
}

func newSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the data file",
		Long: `Print the JSON Schema of the data file.

Many editors use the schema to complete names and highlight mistakes. Save it next
to the data file, and reference it there: "$schema": "connections.schema.json".`,
		Example:               `  atlas-sandbox schema > connections.schema.json`,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(sandbox.Schema())
			return err
		},
	}
}

func newVersionCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:                   "version",
		Short:                 "Print the version",
		Example:               `  atlas-sandbox version`,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s version %s\n", root.Name(), root.Version)
			return err
		},
	}
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageErrorf("%q does not accept arguments, but got %q", cmd.CommandPath(), args[0])
	}
	return nil
}
