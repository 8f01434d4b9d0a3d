package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestTheClosingLineSaysWhatWasServed(t *testing.T) {
	t.Parallel()
	const ownOnly = " The sandbox takes only its own credentials, not your real ones: remove credentials from the provider block."
	type refused map[int]int
	for want, tally := range map[string]sandbox.Tally{
		"served 4 lists and 1 sign-in; refused nothing.":                             {Lists: 4, SignIns: 1},
		"served 1 list, 2 single reads, and 1 revocation; refused nothing.":          {Lists: 1, Reads: 2, Revocations: 1},
		"served 1 other request; refused nothing.":                                   {Others: 1},
		"served 1 list; refused 1 request with 404.":                                 {Lists: 1, Refused: refused{404: 1}},
		"served nothing; refused 3 requests with 403 and 1 with 503.":                {Refused: refused{503: 1, 403: 3}},
		"served nothing; refused 2 requests with 401." + ownOnly:                     {Refused: refused{401: 2}, Foreign: 1},
		"served 1 list; refused 2 requests with 401.":                                {Lists: 1, Refused: refused{401: 2}, Foreign: 2},
		"served nothing; refused nothing; redirected 2 requests.":                    {Redirects: 2},
		"served nothing; refused nothing; left 1 request without a complete answer.": {Incomplete: 1},
	} {
		tally.Requests = 1
		if got := closing(tally); got != want {
			t.Errorf("%+v: got %q, want %q", tally, got, want)
		}
	}
}

func TestExecEndsWithWhatItServed(t *testing.T) {
	t.Parallel()
	const ownOnly = " The sandbox takes only its own credentials, not your real ones: remove credentials from the provider block."
	none := strings.TrimSuffix(strings.TrimPrefix(sentNothing, "atlas-sandbox: "), "\n")
	const missing = "/api/atlas/v2/groups/0123456789abcdef01234567/streams"
	for name, tc := range map[string]struct {
		flags, command []string
		code           int
		want           string
	}{
		"a list":            {nil, role(t, "read"), 0, "served 1 list; refused nothing."},
		"no request":        {nil, role(t, "exit", "0"), 0, none},
		"a failure":         {nil, role(t, "exit", "5"), 5, none},
		"a fault":           {[]string{"--fault", "unavailable"}, role(t, "read"), 0, "served nothing; refused 1 request with 503."},
		"real credentials":  {nil, role(t, "read", connectionsURL, "of-the-user"), 0, "served nothing; refused 1 request with 401." + ownOnly},
		"a missing project": {nil, role(t, "read", missing), 0, "served nothing; refused 1 request with 404."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := command(t, execArgs(append(tc.flags, "--sign-in", "access-token"), tc.command)...)
			if want := "atlas-sandbox: " + tc.want + "\n"; code != tc.code || stderr != want {
				t.Errorf("got %d, %q, want %q", code, stderr, want)
			}
		})
	}
}

func TestServeEndsWithWhatItServed(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	_, stop := serving(t, &stderr)
	const want = "\natlas-sandbox: received no requests. First look for an error of your command: it may have failed " +
		"before it read anything. Otherwise, its provider block may set base_url.\n"
	if code := stop(); code != 0 || !strings.HasSuffix(stderr.String(), want) {
		t.Errorf("ended with %d, %q", code, &stderr)
	}
}
