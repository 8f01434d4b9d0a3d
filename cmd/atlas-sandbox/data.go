package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const standardInput = "-"

// dataName returns the name of the data file in messages.
func (s *source) dataName() string {
	if s.data == standardInput {
		return "<stdin>"
	}
	return s.data
}

// load reads the data file and prints warnings about it. Mistakes and warnings look like those of compilers, so that
// editors can jump to them.
func (s *source) load(cmd *cobra.Command) (*sandbox.Data, error) {
	in := cmd.InOrStdin()
	if s.data != standardInput {
		file, err := os.Open(s.data)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // It was only read.
		in = file
	}
	data, warnings, err := sandbox.Load(in)
	if listing, ok := errors.AsType[*sandbox.ListingError](err); ok {
		return nil, errors.New(s.howToWrap(listing))
	}
	warned := s.lines("warning: ", warnings)
	if wrong, ok := errors.AsType[*sandbox.LoadError](err); ok {
		return nil, errors.New(strings.TrimSpace("cannot serve " + s.dataName() + "\n" + s.lines("", wrong.Mistakes) + warned))
	}
	cmd.PrintErr(warned)
	return data, err
}

// lines returns each mistake as a line FILE:LINE:COLUMN: MESSAGE, as in the GNU Coding Standards.
func (s *source) lines(severity string, mistakes []sandbox.Mistake) string {
	var lines strings.Builder
	for _, m := range mistakes {
		fmt.Fprintf(&lines, "%s:%d:%d: %s%s\n", s.dataName(), m.Line, m.Column, severity, m.Text())
	}
	return lines.String()
}

func (s *source) howToWrap(listing *sandbox.ListingError) string {
	from, to := "listing.json", "connections.json"
	if s.data != standardInput {
		from = s.data
	}
	if filepath.Base(from) == to { // Writing to it would empty it before jq reads it.
		to = "data.json"
	}
	return fmt.Sprintf(`%s is a listing of connections, not a data file
Add the project and the instance of the listing:

  jq '%s' %s > %s
`, s.dataName(), listing.JQ(), shellQuote(from), to)
}

func shellQuote(path string) string {
	if regexp.MustCompile(`^[\w./-]*$`).MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
