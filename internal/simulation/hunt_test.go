package simulation

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestHunt(t *testing.T) {
	rounds, _ := strconv.Atoi(os.Getenv("HUNT"))
	known := map[string]bool{}
	out, _ := os.Create(os.Getenv("HUNT_OUT"))
	for i := range rounds {
		p := &property{t: t, known: known}
		first := 0
		start := time.Now()
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			p.t = t
			rapid.Check(t, func(rt *rapid.T) {
				defer func() {
					if p.signature != "" && first == 0 {
						first = p.runs
					}
				}()
				p.only = regexp.MustCompile(os.Getenv("HUNT_ONLY"))
				p.check(rt)
			})
		})
		if p.signature == "" {
			break
		}
		known[p.signature] = true
		fmt.Fprintf(out, "## %d: after %d histories (%d runs with shrinking, %s)\nPROMISE %s\nHOW %s\n%s\n", i, first, p.runs, time.Since(start).Round(time.Millisecond), p.violation.Promise, p.violation.How, p.history.Words())
	}
}
