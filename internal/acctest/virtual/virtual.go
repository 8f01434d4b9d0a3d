// Package virtual is what tests in virtual time (testing/synctest) share: a sandbox that is reached without a network.
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

// Names in the data of Data.
const (
	ProjectID    = "5f0123456789abcdef012345"
	InstanceName = "orders"
)

// ReadTimeout is the time that a data source gives a read by default.
const ReadTimeout = 5 * time.Minute

// Data is a project with one instance of n connections, whose list requests get answers.
func Data(n int, answers ...sandbox.Answer) *sandbox.Data {
	results := make([]json.RawMessage, n)
	for i := range results {
		results[i] = json.RawMessage(fmt.Sprintf(`{"name":"connection-%05d","type":"Sample"}`, i))
	}
	return &sandbox.Data{Projects: map[string]sandbox.Project{
		ProjectID: {Instances: map[string]sandbox.Instance{InstanceName: {Results: results, Answers: answers}}},
	}}
}

// Instances is a project with n instances, named as the connections of Data, whose list requests get answers.
func Instances(n int, answers ...sandbox.Answer) *sandbox.Data {
	instances := map[string]sandbox.Instance{}
	for i := range n {
		instances[fmt.Sprintf("connection-%05d", i)] = sandbox.Instance{}
	}
	return &sandbox.Data{Projects: map[string]sandbox.Project{ProjectID: {Instances: instances, Answers: answers}}}
}

// Each runs each case in a bubble of its own, whose clock moves when all of its goroutines wait, and which ends when all
// of them have.
func Each[T any](t *testing.T, cases map[string]T, test func(t *testing.T, c T)) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, c) })
		})
	}
}

// Dial makes a connection, as the DialContext of an http.Transport.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Serve serves handler in memory until the test ends, at whatever address is dialed.
func Serve(t testing.TB, handler http.Handler) Dial {
	t.Helper()
	listener := sandbox.ListenInMemory()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Hour, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.DialContext
}
