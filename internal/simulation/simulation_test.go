// Package simulation checks what the pages promise against an Atlas that changes, lags, and fails by chance. It contains only
// tests. A history is drawn as plain data, runs in virtual time, and is judged afterwards.
package simulation

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// forFlag is for how long TestPromises runs. Zero is for as many histories as -rapid.checks says.
var forFlag = flag.Duration("simulate.for", 0, "how long to run histories; zero runs -rapid.checks of them")

func TestMain(m *testing.M) {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if regexp.MustCompile(`(?i)^(MONGODB_ATLAS_|MCLI_|TF_|HTTPS?_PROXY|NO_PROXY|ALL_PROXY)`).MatchString(name) {
			_ = os.Unsetenv(name)
		}
	}
	for name, value := range map[string]string{"rapid.checks": "2000", "rapid.nofailfile": "true", "rapid.shrinktime": "10s"} {
		_ = flag.Set(name, value) // for flags that the command line does not set
	}
	flag.Parse()
	if *forFlag > round {
		os.Exit(runRounds(*forFlag))
	}
	os.Exit(m.Run())
}

// round is the longest run of one process. The race detector never frees the memory that it needs for the timers of a bubble, about
// 0.3 MiB a history, so that an hour in one process would take all the memory of the machine.
const round = time.Minute

// runRounds runs this test again in processes of their own until duration is over, or one of them fails. The timeout ends a round
// whose virtual time stands still, and prints where.
func runRounds(duration time.Duration) (exitCode int) {
	for start := time.Now(); exitCode == 0 && time.Since(start) < duration; {
		length := min(round, duration-time.Since(start))
		arguments := slices.Concat(os.Args[1:], []string{"-simulate.for=" + length.String(), "-test.timeout=5m"})
		cmd := exec.CommandContext(context.Background(), os.Args[0], arguments...) //nolint:gosec // this test
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		_ = cmd.Run()
		exitCode = cmd.ProcessState.ExitCode()
	}
	return exitCode
}

// Violation is a promise that a history breaks.
type Violation struct{ Promise, How string }

// judge returns which promises an outcome breaks.
func judge(h History, o Outcome) (violations []Violation) {
	for _, p := range promises {
		for _, how := range p.Broken(h, o) {
			violations = append(violations, Violation{p.Name, how})
		}
	}
	return violations
}

// property is a property of rapid that fails for the first promise that it finds broken, so that rapid shrinks it to a history that
// breaks the same promise.
type property struct {
	t           *testing.T
	first, last History // that broke the promise
	violation   Violation
}

func (p *property) check(t *rapid.T) {
	h := histories.Draw(t, "history")
	for _, v := range judge(h, Run(p.t, h)) {
		if p.violation.Promise == "" {
			p.first, p.violation = h, v
		}
		if p.violation.Promise == v.Promise {
			p.last, p.violation = h, v
			t.Fatalf("broken promise: %s", v.Promise)
		}
	}
}

// run checks the property. It logs the first history that broke the promise too, since jitter can make it the only one.
func (p *property) run() {
	defer func() {
		if p.violation.Promise == "" {
			return
		}
		h, v := smallest(p.t, p.last, p.violation)
		p.t.Logf("promised: %s\nhappened: %s\nsmallest history:\n%s\nfirst history:\n%s", v.Promise, v.How, h.Words(), p.first.Words())
	}()
	rapid.Check(p.t, p.check)
}

func TestPromises(t *testing.T) {
	t.Parallel()
	for workers := range 2 {
		t.Run([]string{"one", "two"}[workers], func(t *testing.T) {
			t.Parallel()
			for start := time.Now(); ; {
				(&property{t: t}).run()
				if time.Since(start) >= *forFlag {
					return
				}
			}
		})
	}
}

func TestEveryDataSourceIsSimulated(t *testing.T) {
	t.Parallel()
	for name := range schema.DataSourceSchemas {
		if _, ok := dataSources[name]; !ok {
			t.Errorf("dataSources has no line for %s", name)
		}
	}
}
