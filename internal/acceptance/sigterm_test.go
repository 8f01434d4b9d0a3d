//go:build unix

package acceptance

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/connectivity"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// serveStalled serves a sandbox that answers no read until the test ends. It returns the sandbox, its URL, and a channel of the
// requests that have arrived.
func serveStalled(t *testing.T) (s *sandbox.Sandbox, url string, arrived chan string) {
	t.Helper()
	s = sandbox.New(acctest.Answering(acctest.Data(acctest.Samples(1)...), sandbox.Answer{Times: -1, Break: sandbox.Stall}))
	arrived = make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived <- r.URL.Path
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return s, server.URL, arrived
}

// A CI system that cancels a job, or timeout, sends SIGTERM to all processes of a group.
func TestSIGTERMToTheGroupInterruptsReadsAndRevokesTheToken(t *testing.T) {
	t.Parallel()
	s, url, arrived := serveStalled(t)
	var output bytes.Buffer
	cmd := acctest.NewCLI(t, acctest.ProviderBlock(url), acctest.Blocks()).Command(t, nil, "plan")
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	reads := len(acctest.DataSources)
	for range 1 + reads {
		select {
		case <-arrived:
		case err := <-ended:
			t.Fatalf("the plan ended by itself: %v\n%s", err, &output)
		}
	}
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err := <-ended
	failed := len(acctest.Folded("Error: Unable to (read|list)").FindAll(output.Bytes(), -1))
	interrupted := len(acctest.Folded("The read was interrupted").FindAll(output.Bytes(), -1))
	if err == nil || failed != reads || interrupted != reads {
		t.Errorf("%v, want %d errors, each of which explains what happened\n%s", err, reads, &output)
	}
	if got := acctest.Count(s, sandbox.EndpointRevoke); got != 1 {
		t.Errorf("%d tokens were revoked, want 1", got)
	}
}

// If Terraform was killed, nothing asks the provider to end.
func TestProcessEndsByItselfAfterSIGTERM(t *testing.T) {
	t.Parallel()
	s, url, arrived := serveStalled(t)
	cmd := exec.CommandContext(t.Context(), acctest.Build(t).Provider) //nolint:gosec // built here
	cmd.Env = append(os.Environ(), acctest.SignIns(url)["service account"]...)
	client := plugin.NewClient(pluginConfig(cmd))
	t.Cleanup(client.Kill)
	conn := connect(t, client)
	call(t, conn, "ConfigureProvider", message{2: config("{}")})
	go func() {
		for range 2 { // the token and the read
			<-arrived
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
	}()
	if response := invoke(t, conn, "ReadDataSource", listing()); !bytes.Contains(response, []byte("The read was interrupted.")) {
		t.Errorf("%q, want an error that explains what happened", response)
	}
	if later := invoke(t, conn, "ReadDataSource", listing()); !bytes.Contains(later, []byte("The read was interrupted.")) {
		t.Errorf("a later read: %q, want an error that explains what happened", later)
	}
	conn.WaitForStateChange(t.Context(), connectivity.Ready) // the end of the process
	if got := acctest.Count(s, sandbox.EndpointRevoke); got != 1 {
		t.Errorf("%d tokens were revoked, want 1", got)
	}
}
