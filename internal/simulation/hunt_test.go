package simulation

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestHunt(t *testing.T) {
	has := func(text string, parts ...string) bool {
		for _, p := range parts {
			if !strings.Contains(text, p) {
				return false
			}
		}
		return true
	}
	still := func(h History) bool {
		for _, c := range h.Things {
			if c.Born > 0 || c.Gone > 0 {
				return false
			}
		}
		return h.Listing.Turn == 0
	}
	hunts := map[string]func(h History, v Violation) bool{
		"01":                          func(h History, v Violation) bool { return has(v.How, " but ", "401 ", "token limit", "limit reached") },
		"02a poison":                  func(h History, v Violation) bool { return has(v.How, "wrong: Atlas answered 403", "access_denied") },
		"02b temporarily_unavailable": func(h History, v Violation) bool { return has(v.How, "but temporarily_unavailable with 400:") },
		"04":                          func(h History, v Violation) bool { return has(v.How, "a diagnostic of", "shows the secret") },
		"05a empty page": func(h History, v Violation) bool {
			return has(v.How, "misses ", "all the time") && len(h.Listing.Empty) > 0 && still(h)
		},
		"05b count too low": func(h History, v Violation) bool {
			return has(v.How, "misses ", "all the time") && len(h.Listing.Empty) == 0 && h.Listing.Count == CountLow && still(h) && h.Lag == Lag{}
		},
		"05c lags": func(h History, v Violation) bool {
			return has(v.How, "returns less than the count") && len(h.Listing.Empty) == 0
		},
		"05d deleted and created": func(h History, v Violation) bool {
			return has(v.How, "misses ", "all the time") && len(h.Listing.Empty) == 0 && h.Listing.Count == CountRight && !still(h) && h.Listing.Turn == 0
		},
		"05e reorder": func(h History, v Violation) bool {
			return has(v.How, "misses ", "all the time") && len(h.Listing.Empty) == 0 && h.Listing.Turn > 0
		},
		"06":          func(h History, v Violation) bool { return has(v.How, "did not end within 70 pages") },
		"07":          func(h History, v Violation) bool { return has(v.How, "wrong: The read did not end within its time") },
		"08":          func(h History, v Violation) bool { return has(v.How, "more than once") },
		"09a headers": func(h History, v Violation) bool { return has(v.How, "two keys that are one") },
		"09b name_regex": func(h History, v Violation) bool {
			return has(v.How, "misses name é") && h.Listing.Cap == 0 && len(h.Listing.Empty) == 0
		},
		"10": func(h History, v Violation) bool { return has(v.How, "but 401 USER_UNAUTHORIZED for a moment:") },
		"12": func(h History, v Violation) bool {
			return has(v.How, "valid credentials are rejected", "API key") && h.Signing.Challenge == "after another, one header"
		},
		"12b no digest": func(h History, v Violation) bool {
			return has(v.How, "valid credentials are rejected", "API key") && h.Signing.Challenge == "no digest"
		},
		"12c before another": func(h History, v Violation) bool {
			return has(v.How, "wrong: Atlas answered 401", "API key") && h.Signing.Challenge == "before another"
		},
		"12d stale": func(h History, v Violation) bool {
			return has(v.How, "wrong", "API key") && strings.HasPrefix(h.Signing.Challenge, "stale")
		},
		"13": func(h History, v Violation) bool {
			return has(v.How, "a name is to be checked which exists: Check name: the")
		},
		"14a ahead":  func(h History, v Violation) bool { return has(v.How, "but 503 until a date of a clock ahead:") },
		"14b behind": func(h History, v Violation) bool { return has(v.How, "sends a request again before the 20s") },
		"17a float": func(h History, v Violation) bool {
			return has(v.How, "wrong: The answer of the token endpoint has no token")
		},
		"17b ten seconds": func(h History, v Violation) bool {
			return has(v.How, "leaves a token behind") && h.Signing.Life > 0 && h.Signing.ExpiresIn == ""
		},
		"17c odd field": func(h History, v Violation) bool {
			return has(v.How, "not Atlas's: This answer has no Atlas error code")
		},
		"17d error in 200": func(h History, v Violation) bool { return has(v.How, "but token answer with an error") },
		"20 pages":         func(h History, v Violation) bool { return has(v.Promise, "a healthy read") },
		"N1 shared no time": func(h History, v Violation) bool {
			return has(v.How, "longer than the read has left") && !has(v.How, "date")
		},
		"N2 left":        func(h History, v Violation) bool { return has(v.How, "goroutines are left") },
		"N3 after close": func(h History, v Violation) bool { return has(v.How, "for a token after it was closed") },
		"N4 redirect":    func(h History, v Violation) bool { return has(v.How, "sends a request more than") },
		"N5 count per page": func(h History, v Violation) bool {
			return has(v.How, "wrong: The listing changed while it was read: Atlas reports another number") && still(h)
		},
		"N6 listed meanwhile": func(h History, v Violation) bool {
			return has(v.How, "says that valid credentials are rejected: Atlas rejected the service account")
		},
	}
	for _, promise := range promises {
		hunts["P "+promise.Name] = func(_ History, v Violation) bool {
			return v.Promise == promise.Name && strings.Contains(v.How, os.Getenv("HUNT_HOW")) && !strings.Contains(v.How, "the 20s that Atlas")
		}
	}
	out, _ := os.OpenFile(os.Getenv("HUNT_OUT"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	for _, name := range slices.Sorted(maps.Keys(hunts)) {
		if want := os.Getenv("HUNT_ONLY"); want != "" && !slices.ContainsFunc(strings.Split(want, ","), func(w string) bool { return strings.HasPrefix(name, w) }) {
			continue
		}
		p := &property{t: t}
		first := 0
		t.Run(name, func(t *testing.T) {
			p.t = t
			p.only = hunts[name]
			rapid.Check(t, func(rt *rapid.T) {
				defer func() {
					if p.signature != "" && first == 0 {
						first = p.runs
					}
				}()
				p.check(rt)
			})
		})
		fmt.Fprintf(out, "## %s: after %d histories (%d runs)\n", name, first, p.runs)
		if p.signature != "" {
			fmt.Fprintf(out, "promise: %s\nhow: %s\n%s", p.violation.Promise, p.violation.How, p.history.Words())
		}
		fmt.Fprintln(out)
	}
}
