// Package virtual contains what tests in virtual time (testing/synctest) share: a sandbox without a network.
package virtual

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// Names in the data that Data returns.
const (
	ProjectID    = "5f0123456789abcdef012345"
	InstanceName = "orders"
)

// ReadTimeout is the default timeout of a read.
const ReadTimeout = 5 * time.Minute

// Data returns a project with one instance that has n connections. answers is the script of the instance.
func Data(n int, answers ...sandbox.Answer) *sandbox.Data {
	results := make([]json.RawMessage, n)
	for i := range results {
		results[i] = json.RawMessage(fmt.Sprintf(`{"name":"connection-%05d","type":"Sample"}`, i))
	}
	return &sandbox.Data{Projects: map[string]sandbox.Project{
		ProjectID: {Instances: map[string]sandbox.Instance{InstanceName: {Results: results, Answers: answers}}},
	}}
}

// Instances returns a project with n instances, which have the same names as the connections in Data. answers is the script of the
// project.
func Instances(n int, answers ...sandbox.Answer) *sandbox.Data {
	instances := map[string]sandbox.Instance{}
	for i := range n {
		instances[fmt.Sprintf("connection-%05d", i)] = sandbox.Instance{}
	}
	return &sandbox.Data{Projects: map[string]sandbox.Project{ProjectID: {Instances: instances, Answers: answers}}}
}

// Each runs each case in a synctest bubble of its own. Its clock advances when all of its goroutines wait.
func Each[T any](t *testing.T, cases map[string]T, test func(t *testing.T, c T)) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, c) })
		})
	}
}

// Dial is the DialContext of an http.Transport.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Serve serves handler in memory until the test ends. The returned function connects to it and ignores the address.
func Serve(t testing.TB, handler http.Handler) Dial {
	t.Helper()
	listener := Listen()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Hour, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.DialContext
}
