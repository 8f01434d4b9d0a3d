package main_test

import (
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// The tests of this package run the built provider as its users do, with a real CLI.

func TestMain(m *testing.M) { acctest.Main(m) }

func TestValidateSendsNothing(t *testing.T) {
	t.Parallel()
	s, url := acctest.Serve(t, acctest.Data())
	c := acctest.NewCLI(t, acctest.ProviderBlock(url), acctest.DataBlock())
	c.Run(t, nil, "validate")
	if got := len(s.Requests()); got != 0 {
		t.Errorf("%d requests, want none", got)
	}
}

func TestPlanFetchesOneTokenAndRevokesIt(t *testing.T) {
	t.Parallel()
	s, url := acctest.Serve(t, acctest.Data(acctest.Samples(501)...))
	second := strings.Replace(acctest.DataBlock(), `"test"`, `"second"`, 1)
	c := acctest.NewCLI(t, acctest.ProviderBlock(url), acctest.DataBlock(), second)
	c.Run(t, nil, "plan")
	for endpoint, want := range map[string]int{sandbox.EndpointToken: 1, sandbox.EndpointConnections: 4, sandbox.EndpointRevoke: 1} {
		if got := acctest.Count(s, endpoint); got != want {
			t.Errorf("%d requests of the endpoint %s, want %d", got, endpoint, want)
		}
	}
}

func TestCredentialsOfTheEnvironment(t *testing.T) {
	t.Parallel()
	_, url := acctest.Serve(t, acctest.Data())
	for name, environment := range acctest.SignIns(url) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.NewCLI(t, acctest.DataBlock()).Run(t, environment, "plan")
		})
	}
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		output, err := acctest.NewCLI(t, acctest.DataBlock()).Command(t, nil, "plan").CombinedOutput()
		if err == nil || !acctest.Folded("Missing credentials.*client_id and client_secret").Match(output) {
			t.Errorf("%v, want an error that names the arguments\n%s", err, output)
		}
	})
}
