package main

import (
	"github.com/spf13/cobra"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "atlas-sandbox",
		Short: "Test modules that read Atlas streams connections, without Atlas",
		Long: `atlas-sandbox serves the part of the MongoDB Atlas Administration API that lists
streams connections, from memory. A module that reads them can be planned and
tested against it without an Atlas project, credentials or a way to reach Atlas.

What it serves is a JSON file: projects, their stream instances, and the
connections of each as the API returns them. A listing that was saved from
Atlas can be pasted in:

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
  }`,
		Example: `  atlas-sandbox exec --data connections.json -- terraform test
  atlas-sandbox serve --data connections.json --listen 127.0.0.1:8080`,
		Version:               versionOrBuild(),
		Args:                  cobra.ArbitraryArgs,
		DisableFlagsInUseLine: true,
		SilenceErrors:         true,
		SilenceUsage:          true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageErrorf("there is no command %q", args[0])
			}
			return cmd.Help()
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageErrorf("%w", err) })
	root.AddCommand(newExecCommand(), newServeCommand(), newSchemaCommand())
	return root
}

func newSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the data file",
		Long: `Print the JSON Schema of the data file. An editor that finds it by the file's
"$schema" completes names and points out mistakes.`,
		Example:               `  atlas-sandbox schema > connections.schema.json`,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(sandbox.Schema())
			return err
		},
	}
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageErrorf("%q takes no argument, but was given %q", cmd.CommandPath(), args[0])
	}
	return nil
}
