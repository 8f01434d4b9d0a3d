package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// source is what the commands that serve have in common: the data, what goes wrong with it, and the log of requests.
type source struct {
	data     string
	faults   []string
	requests string
	signIn   string
}

func (s *source) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVarP(&s.data, "data", "d", "", "JSON `file` to serve, or - for standard input (required)")
	flags.StringArrayVarP(&s.faults, "fault", "f", nil,
		"let every instance or one of them fail: `[INSTANCE=]FAULT`\n(may be repeated, and the last one counts)")
	flags.StringVarP(&s.requests, "requests", "r", "", "write each request to this `file`, as one line of JSON without secrets")
	flags.StringVar(&s.signIn, "sign-in", signInServiceAccount,
		"`way` to sign in: "+strings.Join(signIns, ", "))
	_ = cmd.MarkFlagFilename("data", "json") // Fails only for a flag that does not exist.
	_ = cmd.RegisterFlagCompletionFunc("sign-in", cobra.FixedCompletions(signIns, cobra.ShellCompDirectiveNoFileComp))
	names, _ := sandbox.Faults()
	completions := make([]cobra.Completion, len(names))
	for i, name := range names {
		completions[i] = string(name)
	}
	_ = cmd.RegisterFlagCompletionFunc("fault", cobra.FixedCompletions(completions, cobra.ShellCompDirectiveNoFileComp))
	cmd.Long += "\n\n" + faultHelp()
}

func faultHelp() string {
	var b strings.Builder
	b.WriteString("The faults, by the names that --fault and the data file know:\n")
	names, descriptions := sandbox.Faults()
	for _, name := range names {
		fmt.Fprintf(&b, "\n  %s\n      %s", name, descriptions[name])
	}
	return b.String()
}

// open reads the data and returns a sandbox of it, with what must be closed after it.
func (s *source) open(cmd *cobra.Command) (*sandbox.Sandbox, io.Closer, error) {
	if s.data == "" {
		return nil, nil, usageErrorf("--data is missing")
	}
	if !slices.Contains(signIns, s.signIn) {
		return nil, nil, usageErrorf("--sign-in must be one of %s, not %q", strings.Join(signIns, ", "), s.signIn)
	}
	data, err := s.load(cmd.InOrStdin())
	if err != nil {
		return nil, nil, err
	}
	s.warnOfCutListings(cmd, data)
	for _, fault := range s.faults {
		if err := setFault(data, fault); err != nil {
			return nil, nil, err
		}
	}
	if s.requests == "" {
		return sandbox.New(data), io.NopCloser(nil), nil
	}
	log, err := os.Create(s.requests)
	if err != nil {
		return nil, nil, err
	}
	return sandbox.New(data, sandbox.WithRequestLog(log)), log, nil
}

// setFault applies one --fault. It takes the place of what the data file says of the instance.
func setFault(data *sandbox.Data, value string) error {
	wanted, name := "", value
	if i := strings.LastIndexByte(value, '='); i >= 0 {
		wanted, name = value[:i], value[i+1:]
	}
	var fault sandbox.Fault
	if err := fault.UnmarshalText([]byte(name)); err != nil {
		return usageErrorf("--fault %s: %w", value, err)
	}
	names := map[string]bool{}
	found := wanted == ""
	for _, project := range data.Projects {
		for instanceName, instance := range project.Instances {
			names[instanceName] = true
			if wanted == "" || instanceName == wanted {
				instance.Fault, instance.Answers, found = fault, nil, true
				project.Instances[instanceName] = instance
			}
		}
	}
	if !found {
		return usageErrorf("--fault %s: no project has the instance %q, only %q", value, wanted, slices.Sorted(maps.Keys(names)))
	}
	return nil
}
