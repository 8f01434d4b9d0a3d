package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// serving runs serve until the test ends or stop is called, and returns the environment that it printed.
func serving(t *testing.T, stderr io.Writer, flags ...string) (env map[string]string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"serve", "--data", dataFile}, flags...), nil, in, stderr)
		_ = in.Close()
	}()
	env = map[string]string{}
	lines := bufio.NewScanner(out)
	for lines.Scan() { // It ends while the sandbox is running.
		if entry, ok := strings.CutPrefix(lines.Text(), "export "); ok {
			name, value, _ := strings.Cut(entry, "=")
			env[name] = value
		}
	}
	stop = sync.OnceValue(func() int {
		cancel()
		return <-code
	})
	t.Cleanup(func() { stop() })
	return env, stop
}

func TestServePrintsHowToReachIt(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	env, stop := serving(t, &stderr)
	form := strings.NewReader("grant_type=client_credentials")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, env["MONGODB_ATLAS_BASE_URL"]+"/api/oauth/token", form)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(env["MONGODB_ATLAS_CLIENT_ID"], env["MONGODB_ATLAS_CLIENT_SECRET"])
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the credentials got %d", resp.StatusCode)
	}
	want := "Serving testdata/connections.json at " + env["MONGODB_ATLAS_BASE_URL"] +
		": 1 project, 2 instances, 2 connections.\nPress Ctrl-C to stop.\n"
	if code := stop(); code != 0 || stderr.String() != want {
		t.Errorf("ended with %d, %q, want %q", code, stderr.String(), want)
	}
	address := strings.TrimPrefix(env["MONGODB_ATLAS_BASE_URL"], "http://")
	if conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address); err == nil {
		_ = conn.Close()
		t.Error("it still listens after its end")
	}
}

func TestServeWarnsWhereOtherMachinesReachIt(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	env, stop := serving(t, &stderr, "--listen", "0.0.0.0:0", "--allow-remote")
	if code := stop(); code != 0 || !strings.Contains(stderr.String(), "Warning: everyone who can reach 0.0.0.0:0 can read the data") {
		t.Errorf("ended with %d, %q", code, stderr.String())
	}
	if base := env["MONGODB_ATLAS_BASE_URL"]; !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Errorf("the base URL is %s", base)
	}
}

func TestServeSaysThatAnAddressIsInUse(t *testing.T) {
	t.Parallel()
	env, _ := serving(t, io.Discard)
	taken := strings.TrimPrefix(env["MONGODB_ATLAS_BASE_URL"], "http://")
	code, stdout, stderr := command(t, "serve", "--data", dataFile, "--listen", taken)
	reason, named := strings.CutPrefix(stderr, "atlas-sandbox: cannot listen on "+taken+": ")
	reason, hinted := strings.CutSuffix(reason, "; use --listen 127.0.0.1:0 for any free port\n")
	if code != 1 || stdout != "" || !named || !hinted || strings.Contains(reason, ":") {
		t.Errorf("got %d, %q, %q", code, stdout, stderr)
	}
}
