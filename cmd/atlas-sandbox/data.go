package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// load reads the data file. It reports mistakes as compilers do, so that editors can jump to them.
func (s *source) load() (*sandbox.Data, error) {
	file, err := os.Open(s.data)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // It was only read.
	if isRegularFile(file, s.requests) {
		return nil, usageErrorf("--requests %s is the file of --data", s.requests)
	}
	data, err := sandbox.Load(file)
	wrong, ok := errors.AsType[*sandbox.LoadError](err)
	if !ok {
		return data, err
	}
	lines := []string{s.data + " is not as it should be:"}
	for _, m := range wrong.Mistakes {
		at := m.Path
		if at == "" {
			at = "/"
		}
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s: %s", s.data, m.Line, m.Column, at, m.Message))
	}
	return nil, errors.New(strings.Join(lines, "\n"))
}

// isRegularFile tells whether a path leads to an open regular file, which creating the path would empty.
func isRegularFile(opened *os.File, path string) bool {
	info, err := opened.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(info, named)
}
