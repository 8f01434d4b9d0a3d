package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// source contains the flags that exec and serve share: the data, the faults, the log of requests, and the kind of credentials.
type source struct {
	data        string
	faults      []string
	requests    string
	credentials string

	summary string // of the data; read sets it
}

func (s *source) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVarP(&s.data, "data", "d", "", "JSON `file` to serve, or - for standard input (required)")
	flags.StringArrayVarP(&s.faults, "fault", "f", nil,
		"`[INSTANCE=]FAULT` to simulate for every instance, or for one\n(can be repeated; a later one replaces an earlier one)")
	flags.StringVarP(&s.requests, "requests", "r", "", "log each request to this new `file`, as one line of JSON without secrets")
	flags.StringVar(&s.credentials, "sign-in", serviceAccount,
		"`kind` of credentials to provide: "+strings.Join(credentialKinds, ", "))
	_ = cmd.MarkFlagFilename("data", "json") // Fails only for a flag that does not exist.
	_ = cmd.RegisterFlagCompletionFunc("sign-in", cobra.FixedCompletions(credentialKinds, cobra.ShellCompDirectiveNoFileComp))
	names, descriptions := sandbox.Faults()
	completions := make([]cobra.Completion, len(names))
	for i, name := range names {
		completions[i] = cobra.CompletionWithDesc(string(name), descriptions[name])
	}
	_ = cmd.RegisterFlagCompletionFunc("fault", cobra.FixedCompletions(completions, cobra.ShellCompDirectiveNoFileComp))
	addHelpSection(cmd, faultHelp())
}

func faultHelp() string {
	var b strings.Builder
	b.WriteString("Faults, for --fault and for \"fault\" in the data file:")
	names, descriptions := sandbox.Faults()
	for _, name := range names {
		fmt.Fprintf(&b, "\n  %s\n      %s", name, descriptions[name])
	}
	return b.String()
}

// read returns the data to serve, with the faults of the command line.
func (s *source) read(cmd *cobra.Command) (*sandbox.Data, error) {
	if s.data == "" {
		return nil, usageErrorf("--data is required: the JSON file to serve")
	}
	if !slices.Contains(credentialKinds, s.credentials) {
		return nil, usageErrorf("--sign-in must be one of %s, not %q", strings.Join(credentialKinds, ", "), s.credentials)
	}
	data, err := s.load(cmd)
	if err != nil {
		return nil, err
	}
	s.summary = summarize(data)
	for _, fault := range s.faults {
		if err := setFault(data, fault); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// serve serves data at the listener until the function that it returns is called.
func (s *source) serve(data *sandbox.Data, at net.Listener, opts ...sandbox.Option) (served *sandbox.Sandbox, stop func(), err error) {
	log, err := s.createLog()
	if err != nil {
		_ = at.Close()
		return nil, nil, err
	}
	if log != nil {
		opts = append(opts, sandbox.WithRequestLog(log))
	}
	served = sandbox.New(data, opts...)
	stopServer := start(served, at)
	return served, func() {
		stopServer()
		if log != nil {
			_ = log.Close()
		}
	}, nil
}

// createLog creates the log of requests, or returns nil if there is none. Only its owner can read it (on Windows, whoever can
// read its folder). A file or a link that exists is an error, because writing to it could destroy something.
func (s *source) createLog() (*os.File, error) {
	if s.requests == "" {
		return nil, nil //nolint:nilnil // Without a log, there is nothing to close either.
	}
	file, err := os.OpenFile(s.requests, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, usageErrorf("--requests %s: the file exists; delete it, or name another", s.requests)
	}
	return file, err
}

// removeLog removes the log of requests that createLog created.
func (s *source) removeLog() {
	if s.requests != "" {
		_ = os.Remove(s.requests)
	}
}

// summarize counts what the data contains, such as "1 project, 2 instances, 17 connections".
func summarize(data *sandbox.Data) string {
	instances, connections := 0, 0
	for _, project := range data.Projects {
		instances += len(project.Instances)
		for _, instance := range project.Instances {
			connections += len(instance.Results)
		}
	}
	return strings.Join([]string{
		quantity(len(data.Projects), "project"), quantity(instances, "instance"), quantity(connections, "connection"),
	}, ", ")
}

// quantity returns a number with its noun, whose plural ends with "s".
func quantity(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// setFault applies one --fault: to an instance, or to every instance and the list of instances. It replaces the faults and
// the answers of the data file.
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
	for id, project := range data.Projects {
		if wanted == "" {
			project.Fault, project.Answers = fault, nil
			data.Projects[id] = project
		}
		for instanceName, instance := range project.Instances {
			names[instanceName] = true
			if wanted == "" || instanceName == wanted {
				instance.Fault, instance.Answers, found = fault, nil, true
				project.Instances[instanceName] = instance
			}
		}
	}
	if !found {
		return usageErrorf("--fault %s: no instance is named %q; the instances are %s",
			value, wanted, strings.Join(slices.Sorted(maps.Keys(names)), ", "))
	}
	return nil
}
