package atlas

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestStatusesThatMayPassAreRetried(t *testing.T) {
	t.Parallel()
	type testCase struct {
		status, maxRetries, failures int
		requests                     int
		fails                        bool
	}
	cases := map[string]testCase{
		"408":                     {408, 4, 1, 2, false},
		"429":                     {429, 4, 1, 2, false},
		"500":                     {500, 4, 1, 2, false},
		"502":                     {502, 4, 1, 2, false},
		"503":                     {503, 4, 1, 2, false},
		"504":                     {504, 4, 1, 2, false},
		"as often as allowed":     {503, 4, 4, 5, false},
		"once too often":          {503, 4, 5, 5, true},
		"never, as none may be":   {503, 0, 1, 1, true},
		"ten times":               {503, 10, 10, 11, false},
		"400 is final":            {400, 4, 1, 1, true},
		"403 is final":            {403, 4, 1, 1, true},
		"404 is final":            {404, 4, 1, 1, true},
		"406 is final":            {406, 4, 1, 1, true},
		"409 is final":            {409, 4, 1, 1, true},
		"410 is final":            {410, 4, 1, 1, true},
		"425 is final":            {425, 4, 1, 1, true},
		"501 is final":            {501, 4, 1, 1, true},
		"505 is final":            {505, 4, 1, 1, true},
		"599 is final":            {599, 4, 1, 1, true},
		"401 of a token is final": {401, 4, 1, 1, true},
	}
	inVirtualTime(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(orders(3, sandbox.Answer{Status: c.status, Times: c.failures}))
		_, err := read(t.Context(), connect(t, s, withRetries(c.maxRetries)))
		if got := len(s.Requests()); got != c.requests {
			t.Errorf("got %d requests, want %d", got, c.requests)
		}
		status, isStatus := errors.AsType[*StatusError](err)
		if c.fails != isStatus || isStatus && status.Status != c.status || !c.fails && err != nil {
			t.Errorf("got %v", err)
		}
	})
}

// failing fails the first connection with err, and counts all.
func failing(next dial, err error) (d dial, made *int) {
	made = new(int)
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if *made++; *made == 1 {
			return nil, err
		}
		return next(ctx, network, address)
	}, made
}

func TestConnectionsThatFailAreRetried(t *testing.T) {
	t.Parallel()
	dialing := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	reading := func(err error) error { return &net.OpError{Op: "read", Net: "tcp", Err: err} }
	type testCase struct {
		err     error
		retried bool
	}
	cases := map[string]testCase{
		"refused":               {dialing(syscall.ECONNREFUSED), true},
		"unreachable":           {dialing(syscall.EHOSTUNREACH), true},
		"reset":                 {reading(syscall.ECONNRESET), true},
		"timed out":             {dialing(syscall.ETIMEDOUT), true},
		"ended":                 {io.EOF, true},
		"ended early":           {io.ErrUnexpectedEOF, true},
		"proxy refused":         {&net.OpError{Op: "proxyconnect", Net: "tcp", Err: dialing(syscall.ECONNREFUSED)}, true},
		"proxy busy":            {&connectError{status: 503}, true},
		"proxy wants a user":    {&connectError{status: 407}, false},
		"name server fails":     {dialing(lookUp(t, dnsmessage.RCodeServerFailure)), true},
		"no such host":          {dialing(lookUp(t, dnsmessage.RCodeNameError)), false},
		"certificate":           {&tls.CertificateVerificationError{Err: errors.New("unknown authority")}, false},
		"handshake":             {&net.OpError{Op: "remote error", Err: tls.AlertError(40)}, false},
		"something else":        {errors.New("something else"), false},
		"handshake takes ages":  {timeoutError{}, true},
		"server speaks no TLS":  {tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, false},
		"not even a connection": {http.ErrSchemeMismatch, false},
	}
	inVirtualTime(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(orders(3))
		d, made := failing(serve(t, s), c.err)
		_, err := read(t.Context(), connectBy(t, d))
		want := 1
		if c.retried {
			want = 2
		}
		if *made != want {
			t.Errorf("got %d connections, want %d: %v", *made, want, err)
		}
		if _, ok := errors.AsType[*NetworkError](err); ok == c.retried {
			t.Errorf("got %v", err)
		}
	})
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "net/http: TLS handshake timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

func TestAnswersThatBreakOffAreRetried(t *testing.T) {
	t.Parallel()
	type testCase struct {
		fault sandbox.Break
		least time.Duration // that the read takes
	}
	cases := map[string]testCase{
		"no answer, then the end":   {sandbox.Close, time.Second},
		"half an answer":            {sandbox.CloseInBody, time.Second},
		"no answer at all":          {sandbox.Stall, exchangeTimeout},
		"half an answer, then none": {sandbox.StallInBody, exchangeTimeout},
	}
	inVirtualTime(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(orders(3, sandbox.Answer{Break: c.fault}))
		start := time.Now()
		listing, err := read(t.Context(), connect(t, s))
		if err != nil || len(listing.Connections) != 3 {
			t.Fatalf("got %v", err)
		}
		if took := time.Since(start); took < c.least || took > c.least+30*time.Second {
			t.Errorf("took %s", took)
		}
		if got := len(s.Requests()); got != 2 {
			t.Errorf("got %d requests", got)
		}
	})
}

func TestResetsAreRetried(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Break{"before the answer": sandbox.Reset, "in its body": sandbox.ResetInBody} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := overTCP(t, sandbox.New(orders(3, sandbox.Answer{Break: fault, Times: -1})))
			_, err := client.ListStreamConnections(t.Context(), request()) // without retries, as time is real here
			if err == nil || transient(nil, err) == "" {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWaitsGrowWithinBounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(orders(3, sandbox.Answer{Status: 503, Times: -1}))
		client := connect(t, s, withRetries(20))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err := client.ListStreamConnections(ctx, request()); err == nil {
			t.Fatal("got no error")
		}
		requests := s.Requests()
		if len(requests) != 21 {
			t.Fatalf("got %d requests", len(requests))
		}
		var first, last time.Duration
		for i := range 20 {
			wait := requests[i+1].Time.Sub(requests[i].Time)
			if wait < time.Second || wait > 30*time.Second {
				t.Errorf("wait %d took %s", i+1, wait)
			}
			if i < 3 {
				first += wait
			} else if i >= 17 {
				last += wait
			}
		}
		if first > 21*time.Second || last < 30*time.Second {
			t.Errorf("three waits took %s at first and %s at last", first, last)
		}
	})
}

func TestWaitsHaveJitter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(orders(3, sandbox.Answer{Status: 503, Times: 8}))
		client := connect(t, s)
		_, err := read(t.Context(), client)
		_, again := read(t.Context(), client)
		requests := s.Requests()
		if err == nil || again != nil || len(requests) != 9 {
			t.Fatalf("got %v, then %v, in %d requests", err, again, len(requests))
		}
		if a, b := requests[1].Time.Sub(requests[0].Time), requests[6].Time.Sub(requests[5].Time); a == b {
			t.Errorf("two first waits took %s each", a)
		}
	})
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	type testCase struct {
		header      string
		least, most time.Duration // of the wait
		fails       time.Duration // what the error carries
	}
	cases := map[string]testCase{
		"seconds":             {header: "40", least: 40 * time.Second, most: 40 * time.Second},
		"less than backoff":   {header: "0", least: time.Second, most: 3 * time.Second},
		"date":                {header: "in 45s", least: 44 * time.Second, most: 45 * time.Second},
		"past date":           {header: "Thu, 01 Jan 1970 00:00:00 GMT", least: time.Second, most: 3 * time.Second},
		"date of RFC 850":     {header: "Thursday, 01-Jan-70 00:00:00 GMT", least: time.Second, most: 3 * time.Second},
		"beyond the deadline": {header: "301", fails: 301 * time.Second},
		"the deadline":        {header: "300", fails: 300 * time.Second},
		"a day":               {header: "86400", fails: day},
		"a day as date":       {header: "in 24h", fails: day},
		"290 years":           {header: "9223372036", fails: 9223372036 * time.Second},
		"negative":            {header: "-5", least: time.Second, most: 3 * time.Second},
		"overflows":           {header: "99999999999999999999999", least: time.Second, most: 3 * time.Second},
		"overflows as time":   {header: "9223372037", least: time.Second, most: 3 * time.Second},
		"fraction":            {header: "1.5", least: time.Second, most: 3 * time.Second},
		"words":               {header: "after lunch", least: time.Second, most: 3 * time.Second},
		"empty":               {header: "", least: time.Second, most: 3 * time.Second},
	}
	inVirtualTime(t, cases, func(t *testing.T, c testCase) {
		if in, ok := strings.CutPrefix(c.header, "in "); ok {
			wait, _ := time.ParseDuration(in)
			c.header = time.Now().Add(wait).UTC().Format(http.TimeFormat)
		}
		s := sandbox.New(orders(3, sandbox.Answer{Status: 429, Headers: map[string]string{"Retry-After": c.header}}))
		start := time.Now()
		_, err := read(t.Context(), connect(t, s))
		took := time.Since(start)
		status, failed := errors.AsType[*StatusError](err)
		switch {
		case failed != (c.fails > 0):
			t.Errorf("got %v", err)
		case failed && (took != 0 || status.RetryAfter.Round(time.Second) != c.fails):
			t.Errorf("asks to wait %s, after %s", status.RetryAfter, took)
		case took < c.least || took > c.most:
			t.Errorf("took %s", took)
		}
	})
}

func TestRetryAfterBeyondAnHourFailsWithoutDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(orders(3, sandbox.Answer{Status: 429, Headers: map[string]string{"Retry-After": "3601"}}))
		start := time.Now()
		_, err := connect(t, s).ListStreamConnections(t.Context(), request())
		if status, ok := errors.AsType[*StatusError](err); !ok || status.RetryAfter != 3601*time.Second || time.Since(start) != 0 {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}

func TestReadsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	answers := map[string]sandbox.Answer{
		"no answer":      {Break: sandbox.Stall, Times: -1},
		"half an answer": {Break: sandbox.StallInBody, Times: -1},
		"in a wait":      {Status: 503, Headers: map[string]string{"Retry-After": "100"}, Times: -1},
	}
	inVirtualTime(t, answers, func(t *testing.T, answer sandbox.Answer) {
		s := sandbox.New(orders(3, answer))
		client := connect(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		start := time.Now()
		_, err := read(ctx, client)
		if took := time.Since(start); !errors.Is(err, context.Canceled) || took != 5*time.Second {
			t.Errorf("got %v after %s", err, took)
		}
		if got := len(s.Requests()); got != 1 {
			t.Errorf("got %d requests", got)
		}
	})
}

// A connection that is cancelled while it is made fails like one that cannot be made.
func TestCancelledReadsDoNotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := connectBy(t, func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
		})
		var log bytes.Buffer
		ctx, cancel := context.WithTimeout(tflogtest.RootLogger(t.Context(), &log), time.Second)
		defer cancel()
		_, err := client.ListStreamConnections(ctx, request())
		cancel()
		ctx, cancel = context.WithCancel(tflogtest.RootLogger(t.Context(), &log))
		time.AfterFunc(time.Second, cancel)
		_, again := client.ListStreamConnections(ctx, request())
		if err == nil || again == nil || strings.Contains(log.String(), "warn") {
			t.Errorf("got %v, then %v, and the log %s", err, again, log.String())
		}
	})
}

func TestReadsEndWithTheirDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(orders(3, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
		start := time.Now()
		_, err := read(t.Context(), connect(t, s, withRetries(100)))
		if took := time.Since(start); err == nil || took > readTimeout || took < readTimeout-30*time.Second {
			t.Errorf("got %v after %s", err, took)
		}
		if got := len(s.Requests()); got < 4 || got > 5 {
			t.Errorf("got %d requests, of a minute each", got)
		}
	})
}

func TestWaitsAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := sandbox.New(orders(3, sandbox.Answer{Break: sandbox.Close}, sandbox.Answer{Status: 429}))
		if _, err := read(tflogtest.RootLogger(t.Context(), &log), connect(t, s)); err != nil {
			t.Fatal(err)
		}
		lines, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, line := range lines {
			if line["@level"] == "warn" {
				wait, _ := line["wait_ms"].(float64)
				got = append(got, fmt.Sprint(line["reason"], ", attempt ", line["attempt"]))
				if wait < 1000 {
					t.Errorf("waits %v ms", wait)
				}
			}
		}
		if diff := cmp.Diff([]string{"EOF, attempt 1", "429 Too Many Requests, attempt 2"}, got); diff != "" {
			t.Errorf("warnings (-want +got):\n%s", diff)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{
		"", "0", "1", "+1", "-1", "3600", "9223372036", "9223372037", "9223372036854775807", "99999999999999999999", "1.5", "1e3", "0x10",
		"Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
		"Thursday, 01-Jan-70 00:00:00 GMT", "Thu Jan  1 00:00:00 1970", "words", " 5", "٣",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got := retryAfter(http.Header{"Retry-After": {value}})
		if got < 0 {
			t.Fatalf("got %s", got)
		}
		seconds, err := strconv.ParseUint(value, 10, 64)
		if err == nil && seconds <= math.MaxInt64/uint64(time.Second) && got != time.Duration(seconds)*time.Second {
			t.Fatalf("got %s", got)
		}
		if _, dateErr := http.ParseTime(value); err != nil && dateErr != nil && strings.Trim(value, "+0123456789") != "" && got != 0 {
			t.Fatalf("got %s for what is neither a number nor a date", got)
		}
	})
}
