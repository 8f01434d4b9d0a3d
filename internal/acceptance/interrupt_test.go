//go:build unix

package acceptance

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// Each plan reads all data sources. If an interrupt does not end a read, the read fails with another error after its timeout.
func TestInterruptEndsReadsThatHang(t *testing.T) {
	t.Parallel()
	reads := len(acctest.DataSources)
	for name, test := range map[string]struct {
		script  sandbox.Answer // for each read
		options []sandbox.Option
		// requests is the number of requests before the interrupt, and interrupted the number of reads that have certainly
		// begun by then.
		requests, interrupted int
	}{
		"answer":           {sandbox.Answer{Break: sandbox.Stall}, nil, 1 + reads, reads},
		"middle of a body": {sandbox.Answer{Break: sandbox.StallInBody}, nil, 1 + reads, reads},
		"wait for a retry": {sandbox.Answer{Times: -1, Status: 429, Headers: map[string]string{"Retry-After": "60"}}, nil, 1 + reads, reads},
		"token":            {sandbox.Answer{}, []sandbox.Option{sandbox.WithTokenAnswers(sandbox.Answer{Break: sandbox.Stall})}, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandbox.New(acctest.Answering(acctest.Data(acctest.Samples(1)...), test.script), test.options...)
			arrived := make(chan string, 100)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				arrived <- r.URL.Path
				s.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			c := acctest.NewCLI(t, acctest.ProviderBlock(server.URL), acctest.Blocks())

			var output bytes.Buffer
			cmd := c.Command(t, nil, "plan")
			cmd.Stdout, cmd.Stderr = &output, &output
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			for range test.requests {
				select {
				case <-arrived:
				case err := <-ended:
					t.Fatalf("the plan ended by itself: %v\n%s", err, &output)
				}
			}
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			err := <-ended
			failed := len(acctest.Folded("Error: Unable to (read|list)").FindAll(output.Bytes(), -1))
			interrupted := len(acctest.Folded("The read was interrupted").FindAll(output.Bytes(), -1))
			if err == nil || failed < test.interrupted || failed != interrupted {
				t.Errorf("%v, want %d or more errors, each of which explains what happened\n%s", err, test.interrupted, &output)
			}
		})
	}
}
