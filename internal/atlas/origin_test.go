package atlas

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const connectionsURL = "http://atlas.invalid" + connectionsPath + "?itemsPerPage=500&pageNum=1"

// guarded returns a dial function for the origin of the client, and the other addresses that the client dials.
func guarded(next virtual.Dial) (d virtual.Dial, others *[]string) {
	others = &[]string{}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != "atlas.invalid:80" {
			*others = append(*others, address)
		}
		return next(ctx, network, address)
	}, others
}

func TestRedirectsToAnotherOriginAreRefused(t *testing.T) {
	t.Parallel()
	targets := map[string]string{ //nolint:gosec // a made up password; the value is the origin in the error
		"http://other.invalid/path?query":             "http://other.invalid",
		"http://atlas.invalid:8080/":                  "http://atlas.invalid:8080",
		"https://atlas.invalid/":                      "https://atlas.invalid",
		"//other.invalid/":                            "http://other.invalid",
		"http://atlas.invalid.other.invalid/":         "http://atlas.invalid.other.invalid",
		"http://sub.atlas.invalid/":                   "http://sub.atlas.invalid",
		"http://atlas.invalid@other.invalid/":         "http://other.invalid",
		"http://user:password@other.invalid:80/":      "http://other.invalid:80",
		"http://127.0.0.1/":                           "http://127.0.0.1",
		"ftp://atlas.invalid/":                        "ftp://atlas.invalid",
		"http://other.invalid/api/oauth/token?a=b#cd": "http://other.invalid",
	}
	for target, named := range targets {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, everySignIn(), func(t *testing.T, c Credentials) {
				s := sandbox.New(virtual.Data(3, sandbox.Answer{Redirect: target}))
				d, others := guarded(virtual.Serve(t, s))
				_, err := read(t.Context(), connectBy(t, d, signedInBy(c)))
				refused, ok := errors.AsType[*OriginError](err)
				if !ok || refused.Target != named || refused.Base != "http://atlas.invalid:80" || !strings.Contains(err.Error(), named) {
					t.Errorf("got %v", err)
				}
				if len(*others) != 0 || acctest.Count(s, sandbox.EndpointConnections) > 2 {
					t.Errorf("%q were dialled, after %d requests", *others, acctest.Count(s, sandbox.EndpointConnections))
				}
			})
		})
	}
}

func TestEveryRedirectIsRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		redirect := sandbox.Answer{Status: status, Redirect: "http://other.invalid/", Times: -1}
		sandboxes := map[string]func() *sandbox.Sandbox{
			"from the API":      func() *sandbox.Sandbox { return sandbox.New(virtual.Data(3, redirect)) },
			"from a gateway":    func() *sandbox.Sandbox { return sandbox.New(virtual.Data(3), sandbox.WithGateway(redirect)) },
			"of a second page":  func() *sandbox.Sandbox { return sandbox.New(virtual.Data(501, sandbox.Answer{}, redirect)) },
			"after a try again": func() *sandbox.Sandbox { return sandbox.New(virtual.Data(3, sandbox.Answer{Status: 503}, redirect)) },
		}
		for from, newSandbox := range sandboxes {
			t.Run(http.StatusText(status)+" "+from, func(t *testing.T) {
				t.Parallel()
				virtual.Each(t, everySignIn(), func(t *testing.T, c Credentials) {
					d, others := guarded(virtual.Serve(t, newSandbox()))
					_, err := read(t.Context(), connectBy(t, d, signedInBy(c)))
					_, unanswered := errors.AsType[*NetworkError](err)
					if _, ok := errors.AsType[*OriginError](err); !ok || unanswered || len(*others) != 0 {
						t.Errorf("got %v; %q were dialled", err, *others)
					}
				})
			})
		}
	}
}

func TestRedirectsOfTheTokenAreRefused(t *testing.T) {
	t.Parallel()
	statuses := map[string]int{"301": 301, "302": 302, "303": 303, "307": 307, "308": 308}
	virtual.Each(t, statuses, func(t *testing.T, status int) {
		redirect := sandbox.Answer{Status: status, Redirect: "http://other.invalid/", Times: -1}

		s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(redirect))
		d, others := guarded(virtual.Serve(t, s))
		_, err := read(t.Context(), connectBy(t, d, signedInBy(testServiceAccount())))
		if refused, ok := errors.AsType[*OriginError](err); !ok || refused.Target != "http://other.invalid" || len(s.Requests()) != 1 {
			t.Errorf("got %v after %d requests", err, len(s.Requests()))
		}

		s = sandbox.New(virtual.Data(3), sandbox.WithRevokeAnswers(redirect))
		revoke, more := guarded(virtual.Serve(t, s))
		client := connectBy(t, revoke, signedInBy(testServiceAccount()))
		if _, err := read(t.Context(), client); err != nil {
			t.Error(err)
		}
		client.Close(t.Context())
		if acctest.Count(s, sandbox.EndpointRevoke) != 1 || len(*others)+len(*more) != 0 {
			t.Errorf("%q were dialled", append(*others, *more...))
		}
	})
}

func TestRedirectsWithinTheOriginAreFollowed(t *testing.T) {
	t.Parallel()
	locations := map[string]string{
		"whole":         connectionsURL,
		"with the port": strings.Replace(connectionsURL, "atlas.invalid", "atlas.invalid:80", 1),
		"in capitals":   strings.Replace(connectionsURL, "atlas.invalid", "Atlas.INVALID", 1),
		"a path":        strings.TrimPrefix(connectionsURL, "http://atlas.invalid"),
	}
	for name, location := range locations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, everySignIn(), func(t *testing.T, c Credentials) {
				s := sandbox.New(virtual.Data(3, sandbox.Answer{Redirect: location}),
					sandbox.WithTokenAnswers(sandbox.Answer{Status: 307, Redirect: "/api/oauth/token"}))
				names, err := read(t.Context(), connect(t, s, signedInBy(c)))
				if err != nil || len(names) != 3 {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func TestRedirectsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	type testCase struct {
		location string
		requests int
	}
	cases := map[string]testCase{
		"round in circles": {connectionsURL, 10},
		"to no URL":        {"http://[::1", 1},
		"to no path":       {"%zz", 1},
		"without location": {"", 1},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: 302, Headers: map[string]string{"Location": c.location}, Times: -1}))
		_, err := read(t.Context(), connect(t, s))
		if !isOwn(err) || len(s.Requests()) != c.requests {
			t.Errorf("got %v after %d requests", err, len(s.Requests()))
		}
		if c.requests > 1 && !strings.Contains(err.Error(), "10 redirects") {
			t.Errorf("got %v", err)
		}
	})
}

func TestBaseURLsHavePaths(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(501))
		client := connect(t, http.StripPrefix("/behind/a/gateway", s), signedInBy(testServiceAccount()),
			func(cfg *Config) { cfg.BaseURL.Path = "/behind/a/gateway" })
		if _, err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		client.Close(t.Context())
		var got []string
		for _, r := range s.Requests() {
			got = append(got, r.Endpoint)
		}
		want := []string{sandbox.EndpointToken, sandbox.EndpointConnections, sandbox.EndpointConnections, sandbox.EndpointRevoke}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	})
}
