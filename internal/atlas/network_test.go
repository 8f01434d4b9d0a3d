package atlas

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// lookUp returns the error of Go's resolver if the name server answers with code. It looks up name servers, because addresses can
// also come from files of the machine.
func lookUp(t *testing.T, code dnsmessage.RCode) error {
	t.Helper()
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answerDNS(server, code)
		return client, nil
	}}
	_, err := resolver.LookupNS(t.Context(), "atlas.invalid.")
	if err == nil {
		t.Fatal("the name was resolved")
	}
	return err
}

// answerDNS answers one question as a name server over TCP (RFC 1035 section 4.2.2).
func answerDNS(conn net.Conn, code dnsmessage.RCode) {
	defer func() { _ = conn.Close() }()
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return
	}
	question := make([]byte, binary.BigEndian.Uint16(size[:]))
	var message dnsmessage.Message
	if _, err := io.ReadFull(conn, question); err != nil || message.Unpack(question) != nil {
		return
	}
	message.Response, message.RCode, message.Additionals = true, code, nil
	answer, err := message.AppendPack(make([]byte, 2))
	if err != nil {
		return
	}
	binary.BigEndian.PutUint16(answer, uint16(len(answer)-2)) //nolint:gosec // a few dozen bytes
	_, _ = conn.Write(answer)
}

// overTCP returns a client of handler over the loopback interface, because connections in memory cannot be reset.
func overTCP(t *testing.T, handler http.Handler) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return connectBy(t, to(server), withRetries(0))
}

// to returns a dial function that connects to server and ignores the address.
func to(server *httptest.Server) virtual.Dial {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
}

func TestCertificatesThatDoNotVerifyAreFinal(t *testing.T) {
	t.Parallel()
	s := sandbox.New(virtual.Data(3))
	server := httptest.NewUnstartedServer(s)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)

	made := 0
	client := connectBy(t, func(ctx context.Context, network, address string) (net.Conn, error) {
		made++
		return to(server)(ctx, network, address)
	}, func(cfg *Config) { cfg.BaseURL = &url.URL{Scheme: "https", Host: "example.com"} }) // the host in the certificate
	_, err := read(t.Context(), client)
	_, unverified := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	if !unverified || !unknown || made != 1 || len(s.Requests()) != 0 {
		t.Errorf("got %v after %d connections and %d requests", err, made, len(s.Requests()))
	}
}

func TestStalledAttemptsSayForHowLong(t *testing.T) {
	t.Parallel()
	cases := map[string]sandbox.Break{"no answer": sandbox.Stall, "half an answer": sandbox.StallInBody}
	virtual.Each(t, cases, func(t *testing.T, fault sandbox.Break) {
		client := connect(t, sandbox.New(virtual.Data(3, sandbox.Answer{Break: fault})), withRetries(0))
		_, err := read(t.Context(), client)
		if !errors.Is(err, errStalled) || !strings.HasSuffix(err.Error(), "no complete answer arrived within 1m0s") {
			t.Errorf("got %v", err)
		}
	})
}

// After a switch of protocols, the body is the connection, which never ends.
func TestSwitchedProtocolsDoNotHang(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			defer func() { _ = conn.Close() }()
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")
			_, _ = io.Copy(io.Discard, conn)
		}))
		start := time.Now()
		_, err := read(t.Context(), client)
		content, ok := errors.AsType[*ContentError](err)
		if !ok || content.Reason != "has the status 101 Switching Protocols" || time.Since(start) > virtual.ReadTimeout {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}
