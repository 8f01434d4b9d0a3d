package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestHelpOfTheProgram(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/help.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{}, {"--help"}, {"help"}} {
		code, stdout, stderr := command(t, args...)
		if diff := cmp.Diff(string(want), stdout); code != 0 || stderr != "" || diff != "" {
			t.Errorf("%q: got %d, %q (-want +got):\n%s", args, code, stderr, diff)
		}
	}
}

// Help begins with what most users look for.
func TestHelpIsInOrder(t *testing.T) {
	t.Parallel()
	names, _ := sandbox.Faults()
	faults := []string{"\nFaults, ", "\n  " + string(names[0]), "\n  " + string(names[len(names)-1])}
	cases := map[string][]string{
		"exec":       append(slices.Clone(faults), "\nSignals and exit codes:\n"),
		"serve":      append(slices.Clone(faults), "\nOther machines:\n"),
		"schema":     {},
		"version":    {},
		"completion": {},
	}
	for name, sections := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := command(t, name, "--help")
			if code != 0 || stderr != "" {
				t.Fatalf("got %d, %q", code, stderr)
			}
			want := []string{"Usage:\n  atlas-sandbox " + name}
			if name != "completion" { // Cobra writes its help.
				want = append(want, "\nExamples:\n  ")
			}
			want = append(append(append(want, "\nFlags:\n"), sections...), "\nDocumentation: "+documentation)
			rest := stdout
			for _, section := range want {
				_, after, found := strings.Cut(rest, section)
				if !found {
					t.Fatalf("%q is missing or too early in\n%s", section, stdout)
				}
				rest = after
			}
		})
	}
}

func TestHelpSaysWhoKnowsTheCredentials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"exec":  "They are random, and valid only for this run.",
		"serve": "The credentials in the script are public",
	} {
		if _, stdout, _ := command(t, name, "--help"); !strings.Contains(stdout, want) {
			t.Errorf("%s: %q is missing in\n%s", name, want, stdout)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	want := "atlas-sandbox version " + versionOrBuild() + "\n"
	for _, arg := range []string{"version", "--version", "-v"} {
		if code, stdout, stderr := command(t, arg); code != 0 || stdout != want || stderr != "" {
			t.Errorf("%s: got %d, %q, %q, want %q", arg, code, stdout, stderr, want)
		}
	}
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, stdout, _ := command(t, "completion", shell); code != 0 || !strings.Contains(stdout, "atlas-sandbox") {
			t.Errorf("%s: got %d, %q", shell, code, stdout)
		}
	}
	for want, args := range map[string][]string{
		"serve\tServe a data file":              {"s"},
		"slow\tEvery request is answered after": {"exec", "--fault", "sl"},
		"api-key\n":                             {"serve", "--sign-in", "ap"},
	} {
		if _, stdout, _ := command(t, append([]string{"__complete"}, args...)...); !strings.Contains("\n"+stdout, "\n"+want) {
			t.Errorf("%q: got %q", args, stdout)
		}
	}
}
