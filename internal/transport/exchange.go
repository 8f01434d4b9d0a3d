package transport

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	// maxBody is the largest answer that is read, in bytes once decompressed: a page of 500 connections, each with
	// its certificates, stays below a tenth of it.
	maxBody = 16 << 20
	// exchangeTimeout is how long one request may take, the body of its answer included.
	exchangeTimeout = time.Minute
	// maxConnections bounds the sockets of parallel reads; Terraform's own default is ten operations at a time.
	maxConnections = 10
	// maxRedirects is how many redirects of one request are followed, as many as net/http follows by itself.
	maxRedirects = 10
)

var errStalled = fmt.Errorf("no whole answer arrived within %s: %w", exchangeTimeout, context.DeadlineExceeded)

// newBaseTransport returns the bottom of every stack. It speaks HTTP/1.1 alone: pages are read one after another, and
// each failure is then one that isTransient can tell.
func newBaseTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // documented to be one
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.TLSClientConfig = nil // Clone leaves the offer of HTTP/2 to the server in there
	t.MaxConnsPerHost = maxConnections
	t.MaxIdleConnsPerHost = maxConnections
	t.MaxResponseHeaderBytes = 1 << 20
	t.OnProxyConnectResponse = checkConnect
	return t
}

// stack is what a sign-in builds its transports from.
type stack struct {
	base       *url.URL
	maxRetries int
	exchange   http.RoundTripper
	scrub      *scrubber
}

// retrying returns next behind the retry rules.
func (s stack) retrying(next http.RoundTripper) http.RoundTripper {
	return &retryTransport{next: next, maxRetries: s.maxRetries}
}

// client returns what sends requests by next, and to the origin of the base URL alone.
func (s stack) client(next http.RoundTripper) *http.Client {
	return &http.Client{Transport: &originTransport{next: next, base: s.base, scrub: s.scrub}, CheckRedirect: checkRedirect}
}

// checkRedirect tells whether a redirect is followed, after the requests of via.
func checkRedirect(_ *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return &ContentError{Reason: fmt.Sprintf("is a redirect, after %d redirects", maxRedirects)}
	}
	return nil
}

// exchangeTransport makes one exchange: it sends the request, reads the answer whole into memory within a time and a
// size, and logs what happened without any header value, body or credential but the rate limit's.
type exchangeTransport struct {
	next      http.RoundTripper
	userAgent string
	scrub     *scrubber
}

func (t *exchangeTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeoutCause(req.Context(), exchangeTimeout, errStalled)
	defer cancel()
	sent := req.Clone(ctx)
	sent.Header.Set("User-Agent", t.userAgent)

	start := time.Now()
	resp, err := t.next.RoundTrip(sent)
	if err == nil {
		resp, err = buffered(resp)
	}
	fields := map[string]any{"duration_ms": time.Since(start).Milliseconds()}
	if err != nil {
		err = failure(err, t.scrub)
		fields["error"] = err.Error()
		tflog.Debug(req.Context(), "Request failed without an answer", fields)
		return nil, err
	}
	resp.Request = req
	fields["status"] = resp.StatusCode
	for _, name := range []string{"RateLimit-Limit", "RateLimit-Remaining", "Retry-After"} {
		if n, err := strconv.Atoi(resp.Header.Get(name)); err == nil {
			fields[name] = n
		}
	}
	tflog.Debug(req.Context(), "Request answered", fields)
	return resp, nil
}

// buffered replaces the body of resp by one in memory.
func buffered(resp *http.Response) (*http.Response, error) {
	if resp.StatusCode == http.StatusSwitchingProtocols { // its body is the connection, which no context ends
		_ = resp.Body.Close()
		return nil, &ContentError{Reason: "has the status " + statusText(resp.StatusCode)}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the answer: %w", err)
	case len(body) > maxBody:
		return nil, &ContentError{Reason: fmt.Sprintf("is larger than %d MiB", maxBody>>20)}
	}
	resp.Body = &memoryBody{Reader: bytes.NewReader(body)}
	return resp, nil
}

// memoryBody is an answer's body in memory. Closing it rewinds it: the digest library drains and closes the body of
// every 401, and the SDK that of every answer, before anyone has seen what Atlas said.
type memoryBody struct{ *bytes.Reader }

func (b *memoryBody) Close() error {
	_, err := b.Seek(0, io.SeekStart)
	return err
}
