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
)

// version is set by the release build.
var version = ""

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// exitError ends the program with an exit code. With a nil err, the program prints nothing.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usageErrorf returns an error about the command line. A hint to the help follows it.
func usageErrorf(format string, args ...any) error {
	return &exitError{code: 2, err: fmt.Errorf(format, args...)}
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
	switch {
	case ok:
	case used.HasParent():
		exit = &exitError{code: 1, err: err}
	default: // The root command runs nothing: it only rejects a command that does not exist.
		exit = &exitError{code: 2, err: err}
	}
	if exit.err != nil {
		_, _ = fmt.Fprintf(stderr, "atlas-sandbox: %v\n", exit.err)
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
