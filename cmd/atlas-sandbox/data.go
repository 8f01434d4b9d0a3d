package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const standardInput = "-"

// dataName is what messages call the data.
func (s *source) dataName() string {
	if s.data == standardInput {
		return "<stdin>"
	}
	return s.data
}

// load reads the data. It reports mistakes as compilers do, so that editors can jump to them.
func (s *source) load(in io.Reader) (*sandbox.Data, error) {
	if s.data != standardInput {
		file, err := os.Open(s.data)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // It was only read.
		in = file
	}
	if isRegularFile(in, s.requests) {
		return nil, usageErrorf("--requests %s is the file of --data", s.requests)
	}
	data, err := sandbox.Load(in)
	wrong, ok := errors.AsType[*sandbox.LoadError](err)
	if !ok {
		return data, err
	}
	lines := []string{s.dataName() + " is not as it should be:"}
	for _, m := range wrong.Mistakes {
		at := m.Path
		if at == "" {
			at = "/"
		}
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s: %s", s.dataName(), m.Line, m.Column, at, m.Message))
	}
	return nil, errors.New(strings.Join(lines, "\n"))
}

// isRegularFile tells whether a path leads to the regular file that is being read, which creating the path would empty.
func isRegularFile(in io.Reader, path string) bool {
	file, ok := in.(*os.File)
	if !ok {
		return false
	}
	read, err := file.Stat()
	if err != nil || !read.Mode().IsRegular() {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(read, named)
}

// warnOfCutListings tells of each listing that was saved with fewer connections than Atlas has.
func (s *source) warnOfCutListings(cmd *cobra.Command, data *sandbox.Data) {
	for _, id := range slices.Sorted(maps.Keys(data.Projects)) {
		instances := data.Projects[id].Instances
		for _, name := range slices.Sorted(maps.Keys(instances)) {
			if i := instances[name]; i.TotalCount != nil && *i.TotalCount > len(i.Results) {
				cmd.PrintErrf("Warning: %s: the listing of %s in project %s was cut: it has %d of %d connections.\n",
					s.dataName(), name, id, len(i.Results), *i.TotalCount)
			}
		}
	}
}
