//go:build unix

package main_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// arrivals tells when the first request for a path has arrived at a handler.
type arrivals struct {
	http.Handler

	path  string
	once  sync.Once
	first chan struct{}
}

func (a *arrivals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, a.path) {
		a.once.Do(func() { close(a.first) })
	}
	a.Handler.ServeHTTP(w, r)
}

// A read that hangs would go on for its exchange's limit of a minute, and again after that: an interrupt ends it, or this
// test's much shorter limit does.
func TestInterruptEndsAHangingRead(t *testing.T) {
	t.Parallel()
	const listing, token = "/connections", "/token"
	for name, test := range map[string]struct {
		path    string
		script  sandbox.Answer
		options []sandbox.Option
	}{
		"listing":          {path: listing, script: sandbox.Answer{Break: sandbox.Stall}},
		"middle of a body": {path: listing, script: sandbox.Answer{Break: sandbox.StallInBody}},
		"token":            {path: token, options: []sandbox.Option{sandbox.WithTokenAnswers(sandbox.Answer{Break: sandbox.Stall})}},
		"wait for a retry": {path: listing, script: sandbox.Answer{Times: -1, Status: 429, Headers: map[string]string{"Retry-After": "60"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := acctest.Answering(acctest.Data(acctest.Samples(1)...), test.script)
			arrivals := &arrivals{Handler: sandbox.New(data, test.options...), path: test.path, first: make(chan struct{})}
			server := httptest.NewServer(arrivals)
			t.Cleanup(server.Close)
			// There is only one read: Terraform can send another one after it has stopped the provider, which nothing then ends.
			c := acctest.NewCLI(t, acctest.ProviderBlock(server.URL), acctest.DataBlock())

			var output bytes.Buffer
			cmd := c.Command(t, nil, "plan")
			cmd.Stdout, cmd.Stderr = &output, &output
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			select {
			case <-arrivals.first:
			case err := <-ended:
				t.Fatalf("the plan ended by itself: %v\n%s", err, &output)
			}
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-ended:
				if err == nil || !acctest.Folded("The read was interrupted").Match(output.Bytes()) {
					t.Errorf("%v, want an error that says what happened\n%s", err, &output)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("the plan goes on after an interrupt")
			}
		})
	}
}
