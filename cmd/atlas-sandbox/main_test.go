package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const (
	dataFile       = "testdata/connections.json"
	instancesURL   = "/api/atlas/v2/groups/5f0123456789abcdef012345/streams"
	connectionsURL = instancesURL + "/orders/connections"
)

// roles are the programs that the test binary runs instead of tests if its first argument is the name of a role: atlas-sandbox
// itself, or a command for exec.
var roles = map[string]func(args []string){
	"role:atlas-sandbox": func(args []string) {
		os.Args = append([]string{"atlas-sandbox"}, args...)
		main()
	},
	"role:environment": func([]string) {
		for _, entry := range slices.Sorted(slices.Values(os.Environ())) {
			if name := strings.ToUpper(entry); strings.Contains(name, "MONGODB_") || strings.HasPrefix(name, "MCLI_") {
				fmt.Println(entry)
			}
		}
	},
	// Reads a path, or the connections, with the token in the environment, or with another one.
	"role:read": func(args []string) {
		path, token := connectionsURL, os.Getenv("MONGODB_ATLAS_ACCESS_TOKEN")
		if len(args) > 0 {
			path = args[0]
		}
		if len(args) > 1 {
			token = args[1]
		}
		read(path, token, "")
	},
	// Reads the connections from a host that is not loopback, although the address is.
	"role:rebind": func([]string) {
		read(connectionsURL, os.Getenv("MONGODB_ATLAS_ACCESS_TOKEN"), "rebound.invalid")
	},
	"role:copy": func([]string) {
		_, _ = io.Copy(os.Stdout, os.Stdin)
		fmt.Fprint(os.Stderr, "copied")
	},
	"role:exit": func(args []string) {
		code, _ := strconv.Atoi(args[0])
		os.Exit(code)
	},
	// Prints each signal, and exits after a line of input, with the number of signals as the exit code.
	"role:signals": func([]string) {
		signals := make(chan os.Signal, 16)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
		fmt.Println("ready")
		done := make(chan bool)
		go func() {
			_, _ = os.Stdin.Read(make([]byte, 16))
			close(done)
		}()
		for n := 0; ; n++ {
			select {
			case s := <-signals:
				fmt.Println(s)
			case <-done:
				os.Exit(n)
			}
		}
	},
}

// read prints the status and the body of an answer of the sandbox.
func read(path, token, host string) {
	target := os.Getenv("MONGODB_ATLAS_BASE_URL") + path
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, target, nil) //nolint:gosec // The sandbox.
	if err != nil {
		panic(err)
	}
	req.Host = host
	req.Header.Set("Accept", "application/vnd.atlas.2023-02-01+json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // To the sandbox.
	if err != nil {
		panic(err)
	}
	defer func() { _ = resp.Body.Close() }()
	fmt.Println(resp.StatusCode)
	_, _ = io.Copy(os.Stdout, resp.Body)
}

func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if role, ok := roles[os.Args[1]]; ok {
			role(os.Args[2:])
			os.Exit(0)
		}
	}
	if signal.Ignored(os.Interrupt) { // The tests run in the background of a script, which is not what they test.
		signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	}
	os.Exit(m.Run())
}

// role returns the command line that runs a role of the test binary.
func role(t *testing.T, name string, args ...string) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{self, "role:" + name}, args...)
}

// process returns atlas-sandbox as a separate process, with additional environment variables.
func process(t *testing.T, environ []string, args ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	self := role(t, "atlas-sandbox", args...)
	cmd = exec.CommandContext(t.Context(), self[0], self[1:]...) //nolint:gosec // The test binary.
	cmd.Env = append(os.Environ(), environ...)
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return cmd, stdout, stderr
}

// pipes connects a process to pipes instead of buffers.
func pipes(t *testing.T, cmd *exec.Cmd) (io.WriteCloser, *bufio.Reader) {
	t.Helper()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = nil
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	return stdin, bufio.NewReader(stdout)
}

func line(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	text, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(text)
}

// sentNothing is what exec prints at the end of a command that sends no request.
const sentNothing = "atlas-sandbox: the command sent no requests. First look for an error above: the command may have failed before it " +
	"read anything. Otherwise, its provider block may set base_url.\n"

// execArgs returns the arguments with which exec runs a command.
func execArgs(flags, command []string) []string {
	return slices.Concat([]string{"exec", "--data", dataFile}, flags, []string{"--"}, command)
}

// command runs atlas-sandbox in this process.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

func TestMistakesOfTheCommandLine(t *testing.T) {
	t.Parallel()
	exit := role(t, "exit", "0")
	cases := map[string]struct {
		args []string
		want string
	}{
		"a synonym":        {[]string{"run"}, "Did you mean this?\n\texec\n"},
		"no such command":  {[]string{"srve"}, "unknown command \"srve\" for \"atlas-sandbox\"\n\nDid you mean this?\n\tserve\n"},
		"no such flag":     {[]string{"--nope"}, "unknown flag: --nope"},
		"no data":          {append([]string{"exec", "--"}, exit...), "--data is required"},
		"nothing to run":   {[]string{"exec", "--data", dataFile}, "the command to run is missing"},
		"no such fault":    {execArgs([]string{"--fault", "slo"}, exit), `--fault slo: "slo" is not a fault; did you mean "slow"?`},
		"another fault":    {execArgs([]string{"--fault", "burning"}, exit), `"burning" is not a fault: it must be one of rate-limited`},
		"no such instance": {execArgs([]string{"--fault", "order=slow"}, exit), `named "order"; the instances are billing, orders`},
		"no such sign-in":  {execArgs([]string{"--sign-in", "magic"}, exit), `one of service-account, access-token, api-key, not "magic"`},
		"an argument":      {[]string{"serve", "--data", dataFile, "x"}, `"atlas-sandbox serve" does not accept arguments, but got "x"`},
		"no port": {
			[]string{"serve", "--data", dataFile, "--listen", "127.0.0.1"},
			"--listen 127.0.0.1: missing port in address; use 127.0.0.1:0 for any free port",
		},
		"no such port": {
			[]string{"serve", "--data", dataFile, "--listen", "127.0.0.1:65536", "--allow-remote"},
			"--listen 127.0.0.1:65536: invalid port",
		},
		"a reachable address": {
			[]string{"serve", "--data", dataFile, "--listen", ":0"},
			"--listen :0: other machines can reach this address; add --allow-remote",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := command(t, tc.args...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, tc.want) || !strings.Contains(stderr, "--help' for usage.\n") {
				t.Errorf("got %d, %q, %q, want %q", code, stdout, stderr, tc.want)
			}
		})
	}
}
