package main

import (
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// printClosing prints the last line of a run, which says what the sandbox served. none is the line if no request arrived.
func printClosing(cmd *cobra.Command, t sandbox.Tally, none string) {
	line := none
	if t.Requests > 0 {
		line = closing(t)
	}
	// If nobody reads standard error anymore, a SIGPIPE would replace the exit code of the command.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	cmd.PrintErrf("atlas-sandbox: %s\n", line)
}

// closing says what became of the requests, as in "served 4 lists and 1 sign-in; refused nothing".
func closing(t sandbox.Tally) string {
	var served []string
	for _, part := range []struct {
		n    int
		noun string
	}{
		{t.Lists, "list"}, {t.Reads, "single read"}, {t.SignIns, "sign-in"}, {t.Revocations, "revocation"}, {t.Others, "other request"},
	} {
		if part.n > 0 {
			served = append(served, quantity(part.n, part.noun))
		}
	}
	clauses := []string{"served " + enumerate(served), "refused " + refusals(t.Refused)}
	if t.Redirects > 0 {
		clauses = append(clauses, "redirected "+quantity(t.Redirects, "request"))
	}
	if t.Incomplete > 0 {
		clauses = append(clauses, "left "+quantity(t.Incomplete, "request")+" without a complete answer")
	}
	line := strings.Join(clauses, "; ") + "."
	if len(served) == 0 && t.Foreign > 0 {
		line += " The sandbox takes only its own credentials, not your real ones: remove credentials from the provider block."
	}
	return line
}

// refusals says how many requests were refused with each status, such as "2 requests with 401 and 1 with 404".
func refusals(byStatus map[int]int) string {
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(byStatus)) {
		number := fmt.Sprint(byStatus[status])
		if parts == nil {
			number = quantity(byStatus[status], "request")
		}
		parts = append(parts, fmt.Sprintf("%s with %d", number, status))
	}
	return enumerate(parts)
}

// enumerate joins parts as a sentence does.
func enumerate(parts []string) string {
	switch n := len(parts); n {
	case 0:
		return "nothing"
	case 1, 2:
		return strings.Join(parts, " and ")
	default:
		return strings.Join(parts[:n-1], ", ") + ", and " + parts[n-1]
	}
}
