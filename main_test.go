package main

import (
	"runtime/debug"
	"testing"
)

func TestVersionOfABuild(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		release string
		build   *debug.BuildInfo
		want    string
	}{
		"release":    {"1.2.3", &debug.BuildInfo{Main: debug.Module{Version: "v9.9.9"}}, "1.2.3"},
		"go install": {"", &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "1.2.3"},
		"a commit": {"", &debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-20260102030405-0123456789ab"}},
			"0.0.0-20260102030405-0123456789ab"},
		"no version control": {"", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "dev"},
		"test":               {"", &debug.BuildInfo{}, "dev"},
		"no build info":      {"", nil, "dev"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := versionOf(test.release, test.build); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
