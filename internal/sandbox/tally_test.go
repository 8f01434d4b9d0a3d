package sandbox_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestTallyCountsWhatBecameOfRequests(t *testing.T) {
	t.Parallel()
	c := sandbox.DefaultCredentials()
	// On a kept connection, net/http would retry a broken request.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	paths := func(header http.Header, paths ...string) func(*testing.T, string) {
		return func(t *testing.T, base string) {
			for _, path := range paths {
				_, _ = try(t, client, http.MethodGet, base+path, nil, header.Clone())
			}
		}
	}
	signed := bearer(c.AccessToken)
	key := func(public string, paths ...string) func(*testing.T, string) {
		return func(t *testing.T, base string) {
			transport := digestTransport(http.DefaultTransport)
			transport.Username = public
			for _, path := range paths {
				do(t, &http.Client{Transport: transport}, http.MethodGet, base+path, nil, acceptVersion.Clone())
			}
		}
	}
	form := func(secret string) func(*testing.T, string) {
		return func(t *testing.T, base string) {
			a := postForm(t, base+"/api/oauth/token", c.ClientID, secret, clientCredentials)
			if a.status == http.StatusOK {
				postForm(t, base+"/api/oauth/revoke", c.ClientID, secret, url.Values{"token": {decode[token](t, a).AccessToken}})
			}
		}
	}
	const connection = connectionsPath + "/c0001"
	cases := map[string]struct {
		answers []sandbox.Answer
		opts    []sandbox.Option
		run     func(t *testing.T, base string)
		want    sandbox.Tally
	}{
		"nothing": {run: func(*testing.T, string) {}},
		"lists and single reads": {
			run:  paths(signed, instancesPath, connectionsPath, connectionsPath, instancesPath+"/orders", connection),
			want: sandbox.Tally{Requests: 5, Lists: 3, Reads: 2},
		},
		"a token and its end": {run: form(c.ClientSecret), want: sandbox.Tally{Requests: 2, SignIns: 1, Revocations: 1}},
		"an API key": {
			run:  key(c.PublicKey, connectionsPath, connectionsPath, connectionsPath),
			want: sandbox.Tally{Requests: 4, Lists: 3, SignIns: 1},
		},
		"without credentials": {
			run:  paths(acceptVersion, connectionsPath, connectionsPath),
			want: sandbox.Tally{Requests: 2, Refused: map[int]int{401: 2}},
		},
		"refusals": {
			answers: []sandbox.Answer{{Times: 2, Status: 429}},
			run:     paths(signed, connectionsPath, connectionsPath, connectionsPath, "/nope"),
			want:    sandbox.Tally{Requests: 4, Lists: 1, Refused: map[int]int{429: 2, 404: 1}},
		},
		"a redirect": {
			answers: []sandbox.Answer{{Redirect: "/"}},
			run:     paths(signed, connectionsPath),
			want:    sandbox.Tally{Requests: 1, Redirects: 1},
		},
		"no complete answer": {
			answers: []sandbox.Answer{{Break: sandbox.CloseInBody}, {Break: sandbox.Reset}},
			run:     paths(signed, connectionsPath, instancesPath, connectionsPath),
			want:    sandbox.Tally{Requests: 3, Lists: 1, Incomplete: 2},
		},
		"what only a script answers": {
			opts: []sandbox.Option{sandbox.WithGateway(sandbox.Answer{Body: new("hello")})},
			run:  paths(signed, "/"),
			want: sandbox.Tally{Requests: 1, Others: 1},
		},
		"another token": {
			run:  paths(bearer("of-the-user"), connectionsPath),
			want: sandbox.Tally{Requests: 1, Refused: map[int]int{401: 1}, Foreign: 1},
		},
		"another secret": {run: form("of-the-user"), want: sandbox.Tally{Requests: 1, Refused: map[int]int{401: 1}, Foreign: 1}},
		"another API key": {
			run:  key("ofauserx", connectionsPath),
			want: sandbox.Tally{Requests: 2, Refused: map[int]int{401: 2}, Foreign: 1},
		},
		"a token of its own that is revoked": {
			answers: []sandbox.Answer{{Revoke: true}},
			run:     paths(signed, connectionsPath),
			want:    sandbox.Tally{Requests: 1, Refused: map[int]int{401: 1}},
		},
		"another host": {
			opts: []sandbox.Option{sandbox.OnlyLoopbackHosts()},
			run: func(t *testing.T, base string) {
				from(t, base, "rebound.invalid")
			},
			want: sandbox.Tally{Requests: 1, Refused: map[int]int{421: 1}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, base := acctest.Serve(t, orders(1, tc.answers...), tc.opts...)
			tc.run(t, base)
			if tc.want.Refused == nil {
				tc.want.Refused = map[int]int{}
			}
			if diff := cmp.Diff(tc.want, s.Tally()); diff != "" {
				t.Errorf("tally (-want +got):\n%s", diff)
			}
		})
	}
}
