package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// serving runs serve until the test ends or stop is called, and returns the variables that it exports.
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
	for lines.Scan() { // The output ends while the sandbox is running.
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
		t.Errorf("a token for the credentials: got %d", resp.StatusCode)
	}
	want := "Serving testdata/connections.json at " + env["MONGODB_ATLAS_BASE_URL"] +
		": 1 project, 2 instances, 2 connections.\n" +
		"Its credentials are public: they are the same for everyone.\nPress Ctrl-C to stop.\n" +
		"atlas-sandbox: served 1 sign-in; refused nothing.\n"
	if code := stop(); code != 0 || stderr.String() != want {
		t.Errorf("ended with %d, %q, want %q", code, stderr.String(), want)
	}
}

func TestServeStopsListening(t *testing.T) {
	t.Parallel()
	// Only this sandbox has the project, because another test can get the same port later.
	const project = "0123456789abcdef01234567"
	file := write(t, "data.json", `{"projects":{"`+project+`":{"instances":{}}}}`)
	env, stop := serving(t, io.Discard, "--sign-in", "access-token", "--data", file)
	status := func() int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
			env["MONGODB_ATLAS_BASE_URL"]+"/api/atlas/v2/groups/"+project+"/streams", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "application/vnd.atlas.2023-02-01+json")
		req.Header.Set("Authorization", "Bearer "+env["MONGODB_ATLAS_ACCESS_TOKEN"])
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	if got := status(); got != http.StatusOK {
		t.Errorf("got %d while it serves", got)
	}
	if code := stop(); code != 0 {
		t.Errorf("ended with %d", code)
	}
	if got := status(); got == http.StatusOK {
		t.Error("it still serves after its end")
	}
}

func TestServeWarnsIfOtherMachinesCanReachIt(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	env, stop := serving(t, &stderr, "--listen", "0.0.0.0:0", "--allow-remote")
	if code := stop(); code != 0 || !strings.Contains(stderr.String(), "Warning: everyone who can reach 0.0.0.0:0 can read the data") {
		t.Errorf("ended with %d, %q", code, stderr.String())
	}
	if base := env["MONGODB_ATLAS_BASE_URL"]; !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Errorf("the base URL is %s", base)
	}
	if !strings.Contains(stderr.String(), "The provider sends plain HTTP only to its own machine.") {
		t.Errorf("does not say who can use it: %q", stderr.String())
	}
}

// A web page could otherwise read the data, through a name of its own that leads to this machine.
func TestOtherHostsAreAnsweredOnlyOnDemand(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		flags  []string
		status int
	}{
		"by default": {nil, http.StatusMisdirectedRequest},
		"on demand":  {[]string{"--allow-remote"}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, _ := serving(t, io.Discard, append(tc.flags, "--sign-in", "access-token")...)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, env["MONGODB_ATLAS_BASE_URL"]+connectionsURL, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = "rebound.invalid"
			req.Header.Set("Accept", "application/vnd.atlas.2023-02-01+json")
			req.Header.Set("Authorization", "Bearer "+env["MONGODB_ATLAS_ACCESS_TOKEN"])
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != tc.status {
				t.Errorf("got %s", resp.Status)
			}
		})
	}
}

func TestServeUnsetsWhatCouldPointElsewhere(t *testing.T) {
	t.Parallel()
	env := environment("http://127.0.0.1:1", accessToken, sandbox.DefaultCredentials())
	environ := []string{"MCLI_LATER=x", "mongodb_atlas_later=x", "MONGODB_ATLAS_`reboot`=x", "MONGODB_ATLAS_BASE_URL=x", "MONGODB_URI=x"}
	commands := shellCommands(env, environ)
	unset := strings.Fields(commands[len(commands)-1])
	want := []string{
		"MCLI_LATER", "MCLI_OPS_MANAGER_URL", "MCLI_PRIVATE_API_KEY", "MCLI_PUBLIC_API_KEY", "MCLI_SERVICE",
		"MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET", "MONGODB_ATLAS_OPS_MANAGER_URL",
		"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY", "MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY",
		"MONGODB_ATLAS_SERVICE", "mongodb_atlas_later", "unset",
	}
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(unset))); unset[0] != "unset" || diff != "" {
		t.Errorf("the last command (-want +got):\n%s", diff)
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
