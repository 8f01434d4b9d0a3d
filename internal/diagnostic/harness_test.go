package diagnostic

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// credentials are one of each kind.
var credentials = map[atlas.CredentialKind]atlas.Credential{
	atlas.AccessToken:    {Kind: atlas.AccessToken, Source: "of the provider block", Secret: "token-of-this-test"},
	atlas.ServiceAccount: {Kind: atlas.ServiceAccount, Source: "of the provider block", ID: "id", Secret: "secret-of-this-test"},
	atlas.APIKey:         {Kind: atlas.APIKey, Source: "of the provider block", ID: "public", Secret: "private-key-of-this-test"},
}

// newRequest returns a request that credential signs, over connections that dial makes. It is not retried.
func newRequest(t testing.TB, credential atlas.Credential, base string, dial virtual.Dial) Request {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	client, err := atlas.New(atlas.Config{BaseURL: u, Credential: credential, Dial: dial})
	if err != nil {
		t.Fatal(err)
	}
	return Request{Client: client, Summary: "Unable to read it", Asked: "it"}
}

// unsent returns a request that is not sent.
func unsent(t testing.TB, kind atlas.CredentialKind) Request {
	t.Helper()
	return newRequest(t, credentials[kind], "http://atlas.invalid", nil)
}

// failure returns why a listing fails.
func (r Request) failure(t testing.TB) *atlas.Error {
	t.Helper()
	_, err := r.Client.ListStreamConnections(t.Context(), atlas.ListRequest{ProjectID: virtual.ProjectID, InstanceName: "a"})
	e, ok := errors.AsType[*atlas.Error](err)
	if !ok {
		t.Fatalf("%v is not an atlas.Error", err)
	}
	return e
}

// serve serves handler in memory. DialContext of the returned listener connects to it.
func serve(t testing.TB, handler http.HandlerFunc) *virtual.Listener {
	t.Helper()
	listener := virtual.Listen()
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)} //nolint:gosec // in memory
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener
}

// broken is a dialer that fails with err.
func broken(err error) virtual.Dial {
	return func(context.Context, string, string) (net.Conn, error) { return nil, err }
}

// resetBy returns the failure of a request whose connection was reset.
func resetBy(t testing.TB) *atlas.Error {
	t.Helper()
	return newRequest(t, credentials[atlas.AccessToken], "http://atlas.invalid", broken(errors.New("connection reset"))).failure(t)
}
