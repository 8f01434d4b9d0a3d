package atlas

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
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
		"300 is final":            {300, 4, 1, 1, true},
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
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: c.status, Times: c.failures}))
		_, err := read(t.Context(), connect(t, s, withRetries(c.maxRetries)))
		if got := len(s.Requests()); got != c.requests {
			t.Errorf("got %d requests, want %d", got, c.requests)
		}
		failure, isError := errors.AsType[*Error](err)
		if c.fails != isError || isError && failure.Status != c.status || !c.fails && err != nil {
			t.Errorf("got %v", err)
		}
	})
}

func TestAnswersThatBreakOffAreRetried(t *testing.T) {
	t.Parallel()
	type testCase struct {
		fault sandbox.Break
		least time.Duration // the minimum time of the read
	}
	cases := map[string]testCase{
		"no answer, then the end":   {sandbox.Close, time.Second},
		"half an answer":            {sandbox.CloseInBody, time.Second},
		"no answer at all":          {sandbox.Stall, attemptTimeout},
		"half an answer, then none": {sandbox.StallInBody, attemptTimeout},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Break: c.fault}))
		start := time.Now()
		names, err := readPages(t.Context(), connect(t, s))
		if err != nil || len(names) != 3 {
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

func TestWaitsAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Break: sandbox.Close}, sandbox.Answer{Status: 429, Detail: "Wait."}))
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
		if diff := cmp.Diff([]string{"EOF, attempt 1", "429 Too Many Requests: RATE_LIMITED_TOKEN_BUCKET: Wait., attempt 2"}, got); diff != "" {
			t.Errorf("warnings (-want +got):\n%s", diff)
		}
	})
}

// withoutRole is the answer of Atlas to credentials without a role.
var withoutRole = sandbox.Answer{Status: http.StatusUnauthorized, ErrorCode: roleMissing, Times: -1}

// Atlas denies a role for a moment now and then, with the same answer as for one that is missing.
func TestRolesDeniedForAMomentAreRetried(t *testing.T) {
	t.Parallel()
	type testCase struct {
		answers    []sandbox.Answer
		maxRetries int
		requests   int
		succeeds   bool
		stopped    Stop
	}
	denied := func(times int) sandbox.Answer {
		return sandbox.Answer{Status: http.StatusUnauthorized, ErrorCode: roleMissing, Times: times}
	}
	cases := map[string]testCase{
		"once":                        {[]sandbox.Answer{{}, denied(1)}, 10, 3, true, 0},
		"three times":                 {[]sandbox.Answer{{}, denied(3)}, 10, 5, true, 0},
		"for good":                    {[]sandbox.Answer{{}, withoutRole}, 10, 5, false, RetriesUsedUp},
		"more often than is retried":  {[]sandbox.Answer{{}, withoutRole}, 2, 4, false, RetriesUsedUp},
		"without retries":             {[]sandbox.Answer{{}, denied(1)}, 0, 2, false, NotRetried},
		"after other failures":        {[]sandbox.Answer{{}, {Status: 503, Times: 3}, denied(1)}, 10, 6, true, 0},
		"before it was ever accepted": {[]sandbox.Answer{denied(1)}, 10, 1, false, NotRetried},
	}
	for name, signIn := range everySignIn() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, cases, func(t *testing.T, c testCase) {
				s := sandbox.New(virtual.Data(3, c.answers...))
				client := connect(t, s, signedInBy(signIn), withRetries(c.maxRetries))
				_, err := read(t.Context(), client)
				if len(c.answers) > 1 && err == nil {
					time.Sleep(time.Minute)
					_, err = read(t.Context(), client)
				}
				got, failed := errors.AsType[*Error](err)
				if failed == c.succeeds || failed && (got.Code != roleMissing || got.Stopped != c.stopped) {
					t.Errorf("got %+v", err)
				}
				requests := 0
				for _, r := range s.Requests() {
					if r.Endpoint == sandbox.EndpointConnections && r.AuthScheme != "" {
						requests++
					}
				}
				if requests != c.requests || acctest.Count(s, sandbox.EndpointToken) > 1 {
					t.Errorf("got %d requests, and %d token requests", requests, acctest.Count(s, sandbox.EndpointToken))
				}
			})
		})
	}
}

// An account that may list instances and not connections is refused for good.
func TestRolesAreDeniedForGoodWhereTheSameOperationNeverSucceeded(t *testing.T) {
	t.Parallel()
	const other = "5f0123456789abcdef012346"
	type testCase struct {
		denied func(ctx context.Context, client *Client) error
		allow  func(ctx context.Context, client *Client) error
	}
	connections := func(project string) func(ctx context.Context, client *Client) error {
		return func(ctx context.Context, client *Client) error {
			_, err := client.ListStreamConnections(ctx, ListRequest{ProjectID: project, InstanceName: virtual.InstanceName})
			return err
		}
	}
	instances := func(ctx context.Context, client *Client) error {
		_, err := client.ListStreamInstances(ctx, ListRequest{ProjectID: virtual.ProjectID})
		return err
	}
	cases := map[string]testCase{
		"another operation": {connections(virtual.ProjectID), instances},
		"another project":   {connections(virtual.ProjectID), connections(other)},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		data := virtual.Data(3, withoutRole)
		data.Projects[other] = virtual.Data(3).Projects[virtual.ProjectID]
		s := sandbox.New(data)
		client := connect(t, s)
		if err := c.allow(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		got, ok := errors.AsType[*Error](c.denied(t.Context(), client))
		if !ok || got.Code != roleMissing || got.Attempts != 1 || got.Stopped != NotRetried || time.Since(start) != 0 {
			t.Errorf("got %+v after %s", got, time.Since(start))
		}
	})
}

// Atlas's errors have fields of other types than documented, or none. Their code is known nevertheless.
func TestErrorsWithOddFieldsKeepTheirCode(t *testing.T) {
	t.Parallel()
	type testCase struct{ body, code, detail string }
	cases := map[string]testCase{
		"as documented": {
			`{"error":409,"reason":"Conflict","detail":"Why.","errorCode":"CODE","parameters":[],"badRequestDetail":null}`, "CODE", "Why.",
		},
		"error as text":        {`{"error":"409","errorCode":"CODE","detail":"Why."}`, "CODE", "Why."},
		"error as object":      {`{"error":{"status":409},"errorCode":"CODE","detail":"Why."}`, "CODE", "Why."},
		"parameters as object": {`{"parameters":{"a":[]},"errorCode":"CODE","detail":"Why."}`, "CODE", "Why."},
		"parameters as text":   {`{"parameters":"all","errorCode":"CODE","detail":"Why."}`, "CODE", "Why."},
		"detail as number":     {`{"detail":5,"errorCode":"CODE","reason":"Conflict"}`, "CODE", "Conflict"},
		"detail as list":       {`{"detail":["a"],"errorCode":"CODE"}`, "CODE", ""},
		"reason as null":       {`{"reason":null,"errorCode":"CODE","detail":"Why."}`, "CODE", "Why."},
		"huge number":          {`{"error":1e999,"errorCode":"CODE","detail":"Why."}`, "CODE", "Why."},
		"invalid fields": {
			`{"badRequestDetail":{"fields":[{"field":"f","description":"Must be x."}]},"errorCode":"CODE","detail":"Why."}`,
			"CODE", "Why. f: Must be x.",
		},
		"invalid fields, wrong": {`{"badRequestDetail":{"fields":[5,{"field":5},null,{}]},"errorCode":"CODE","detail":"Why."}`, "CODE", "Why."},
		"bad request as list":   {`{"badRequestDetail":[1],"errorCode":"CODE","detail":"Why."}`, "CODE", "Why."},
		"code as number":        {`{"errorCode":5,"detail":"Why."}`, "", ""},
		"code in other letters": {`{"ErrorCode":"CODE","detail":"Why."}`, "", ""},
		"list":                  {`[{"errorCode":"CODE","detail":"Why."}]`, "", ""},
		"something after it":    {`{"errorCode":"CODE","detail":"Why."} {}`, "", ""},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: http.StatusConflict, Body: &c.body}))
		_, err := read(t.Context(), connect(t, s))
		got, ok := errors.AsType[*Error](err)
		if !ok || got.Status != http.StatusConflict || got.Code != c.code || got.Detail != c.detail {
			t.Errorf("got %+v", err)
		}
	})
}

func TestAnswersSayWhyTheyAreTheLast(t *testing.T) {
	t.Parallel()
	type testCase struct {
		answers    []sandbox.Answer
		maxRetries int
		attempts   int
		stopped    Stop
	}
	busy := sandbox.Answer{Status: http.StatusServiceUnavailable, Times: -1, Delay: second}
	once := sandbox.Answer{Status: http.StatusServiceUnavailable, Delay: second}
	challenged := sandbox.Answer{Status: http.StatusForbidden, Headers: map[string]string{"WWW-Authenticate": "Digest stale=true"}}
	limited := func(wait string) sandbox.Answer {
		return sandbox.Answer{Status: http.StatusTooManyRequests, Times: -1, Headers: map[string]string{"Retry-After": wait}}
	}
	cases := map[string]testCase{
		"final":                    {[]sandbox.Answer{{Status: http.StatusForbidden}}, 4, 1, NotRetried},
		"final, with a challenge":  {[]sandbox.Answer{challenged}, 4, 1, NotRetried},
		"final, after another one": {[]sandbox.Answer{once, {Status: http.StatusForbidden}}, 4, 2, NotRetried},
		"without retries":          {[]sandbox.Answer{busy}, 0, 1, NotRetried},
		"again and again":          {[]sandbox.Answer{busy}, 2, 3, RetriesUsedUp},
		"no time for a wait":       {[]sandbox.Answer{once, limited("300")}, 4, 2, NoTimeLeft},
		"an hour, without time":    {[]sandbox.Answer{limited("3600")}, 4, 1, NoTimeLeft},
		"more than an hour":        {[]sandbox.Answer{once, limited("3601")}, 4, 2, WaitTooLong},
	}
	for name, signIn := range map[string]bool{"API": false, "token endpoint": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual.Each(t, cases, func(t *testing.T, c testCase) {
				s := sandbox.New(virtual.Data(3, c.answers...))
				if signIn {
					s = sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(c.answers...))
				}
				start := time.Now()
				_, err := read(t.Context(), connect(t, s, signedInBy(testServiceAccount()), withRetries(c.maxRetries)))
				got, ok := errors.AsType[*Error](err)
				if !ok || got.SignIn != signIn {
					t.Fatalf("got %v", err)
				}
				if got.Attempts != c.attempts || got.Took != time.Since(start) || got.Stopped != c.stopped {
					t.Errorf("%d attempts in %s ended with %d", got.Attempts, got.Took, got.Stopped)
				}
			})
		})
	}
}

// The token expired between two attempts, and the request for another one runs out of time.
func TestSignInsThatRunOutOfTimeKeepTheHistoryOfTheRead(t *testing.T) {
	t.Parallel()
	for name, cancels := range map[string]bool{"deadline": false, "canceled": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := sandbox.New(
					virtual.Data(3, sandbox.Answer{}, sandbox.Answer{
						Status: http.StatusServiceUnavailable, Headers: map[string]string{"Retry-After": "20"},
					}),
					sandbox.WithTokenLifetime(75*time.Second),
					sandbox.WithTokenAnswers(sandbox.Answer{}, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
				client := connect(t, s, signedInBy(testServiceAccount()))
				if _, err := read(t.Context(), client); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
				defer cancel()
				want := context.DeadlineExceeded
				if cancels {
					want = context.Canceled
					time.AfterFunc(30*time.Second, cancel)
				}
				start := time.Now()
				_, err := read(ctx, client)
				took := time.Since(start)
				time.Sleep(time.Minute) // the fetch continues for other reads
				got, ok := errors.AsType[*Error](err)
				if !ok || !got.SignIn || !errors.Is(got.Cause, want) || got.Attempts != 1 || got.Took != took || got.Phase == Waiting {
					t.Fatalf("got %+v after %s", err, took)
				}
				if got.Before == nil || got.Before.Status != http.StatusServiceUnavailable {
					t.Errorf("before came %v", got.Before)
				}
			})
		})
	}
}

// The other reads use all connections.
func TestReadsThatWaitForAConnectionSaySo(t *testing.T) {
	t.Parallel()
	type testCase struct {
		signIn  Credential
		answers []sandbox.Answer
		took    time.Duration
	}
	cases := map[string]testCase{
		"for its first attempt": {testToken(), nil, 10 * time.Second},
		"to retry":              {testToken(), []sandbox.Answer{{Status: http.StatusServiceUnavailable}}, 10 * time.Second},
		"to sign in again":      {testServiceAccount(), nil, 10*time.Second - fetchMargin},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(3, append(c.answers, sandbox.Answer{Break: sandbox.Stall, Times: -1})...),
			sandbox.WithTokenLifetime(11*time.Second))
		client := connect(t, s, withRetries(1), signedInBy(c.signIn))
		readFor := func(limit time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			_, err := client.ListStreamConnections(ctx, request())
			return err
		}
		var last error
		var reads sync.WaitGroup
		if len(c.answers) > 0 {
			reads.Go(func() { last = readFor(10 * time.Second) })
			synctest.Wait()
		}
		for range maxSlots {
			reads.Go(func() { _ = readFor(20 * time.Second) })
		}
		synctest.Wait()
		time.Sleep(8500 * time.Millisecond) // in the last quarter of its lifetime, a token is replaced
		if len(c.answers) == 0 {
			last = readFor(10 * time.Second)
		}
		reads.Wait()
		got, ok := errors.AsType[*Error](last)
		if !ok || got.Kind != Ended || got.Phase != Queued || got.Attempts != len(c.answers) || got.Took != c.took {
			t.Fatalf("got %+v", last)
		}
		if (got.Before != nil) != (len(c.answers) > 0) {
			t.Errorf("before came %v", got.Before)
		}
	})
}

func TestReadsThatConnectDoNotWaitForAConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := connectBy(t, func(context.Context, string, string) (net.Conn, error) {
			time.Sleep(time.Minute)
			return nil, errors.New("not reached")
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := read(ctx, client)
		if got, ok := errors.AsType[*Error](err); !ok || got.Phase != Sending || got.Attempts != 1 {
			t.Errorf("got %+v", err)
		}
		time.Sleep(time.Minute) // net/http continues to connect
	})
}

func TestAnswersAtTheEndOfAReadArrive(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	client := connect(t, sandbox.New(virtual.Data(3)))
	body, err := client.request(ctx, operation{name: "test"}, func(context.Context) (*http.Response, error) {
		cancel()
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
			Body: &memoryBody{ReadCloser: http.NoBody, body: []byte("{}")},
		}, nil
	})
	if string(body) != "{}" || err != nil {
		t.Errorf("got %q, %v", body, err)
	}
}

func TestReadsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	answers := map[string]sandbox.Answer{
		"no answer":      {Break: sandbox.Stall, Times: -1},
		"half an answer": {Break: sandbox.StallInBody, Times: -1},
		"in a wait":      {Status: 503, Headers: map[string]string{"Retry-After": "100"}, Times: -1},
	}
	virtual.Each(t, answers, func(t *testing.T, answer sandbox.Answer) {
		s := sandbox.New(virtual.Data(3, answer))
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

func TestReadsThatHaveEndedSendNothing(t *testing.T) {
	t.Parallel()
	virtual.Each(t, everySignIn(), func(t *testing.T, c Credential) {
		s := sandbox.New(virtual.Data(3))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := read(ctx, connect(t, s, signedInBy(c)))
		if failure, ok := errors.AsType[*Error](err); !ok || !errors.Is(failure.Cause, context.Canceled) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if got := len(s.Requests()); got != 0 {
			t.Errorf("got %d requests", got)
		}
	})
}

// If a read is canceled, it fails as if it could not connect, or as if the server had closed the connection.
func TestCancelledReadsDoNotWait(t *testing.T) {
	t.Parallel()
	virtual.Each(t, map[string]bool{"while it connects": false, "after it has connected": true}, func(t *testing.T, connects bool) {
		silent := virtual.Serve(t, sandbox.New(virtual.Data(3, sandbox.Answer{Break: sandbox.Stall, Times: -1})))
		client := connectBy(t, func(ctx context.Context, network, address string) (net.Conn, error) {
			if connects {
				return silent(ctx, network, address)
			}
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
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Break: sandbox.Stall, Times: -1}))
		start := time.Now()
		_, err := read(t.Context(), connect(t, s, withRetries(100)))
		if took := time.Since(start); err == nil || took > virtual.ReadTimeout || took < virtual.ReadTimeout-30*time.Second {
			t.Errorf("got %v after %s", err, took)
		}
		if got := len(s.Requests()); got < 4 || got > 5 {
			t.Errorf("got %d requests, of a minute each", got)
		}
	})
}

func TestReadsThatEndSayWhatCameBefore(t *testing.T) {
	t.Parallel()
	type testCase struct {
		answers []sandbox.Answer
		after   time.Duration // until the read is canceled
		want    string

		attempts int
		phase    Phase
	}
	stalls := sandbox.Answer{Break: sandbox.Stall, Times: -1}
	limited := sandbox.Answer{Status: 429, Detail: "Wait.", Headers: map[string]string{"Retry-After": "60"}}
	cases := map[string]testCase{
		"answers, then none": {
			[]sandbox.Answer{{Status: 500}, {Status: 503, Times: 2, Detail: "Busy."}, stalls}, 50 * time.Second,
			"503 Service Unavailable: UNEXPECTED_ERROR: Busy.", 4, Sending,
		},
		"breaks, then no answer": {[]sandbox.Answer{{Break: sandbox.Close}, stalls}, 50 * time.Second, "EOF", 2, Sending},
		"in a wait":              {[]sandbox.Answer{limited}, time.Second, "429 Too Many Requests: RATE_LIMITED_TOKEN_BUCKET: Wait.", 1, Waiting},
		"nothing":                {[]sandbox.Answer{stalls}, time.Second, "", 1, Sending},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(c.after, cancel)
		_, err := read(ctx, connect(t, sandbox.New(virtual.Data(3, c.answers...)), withRetries(6)))
		got, ok := errors.AsType[*Error](err)
		if !ok {
			t.Fatalf("got %v", err)
		}
		before := ""
		if got.Before != nil {
			before = got.Before.Error()
		}
		if before != c.want {
			t.Errorf("before %v came %q, want %q", err, before, c.want)
		}
		if !errors.Is(got.Cause, context.Canceled) || got.Took != c.after || got.Attempts != c.attempts || got.Phase != c.phase {
			t.Errorf("%d attempts in %s ended with %v in phase %d", got.Attempts, got.Took, got.Cause, got.Phase)
		}
	})
}

func TestReadsThatRunOutOfTimeSayWhatTheyTried(t *testing.T) {
	t.Parallel()
	answers := []sandbox.Answer{{Status: 500}, {Status: 503, Delay: second}, {Break: sandbox.Stall, Times: -1}}
	type testCase struct {
		credential Credential
		sandbox    func() *sandbox.Sandbox
		signIn     bool
		took       time.Duration
	}
	ofAPI := func() *sandbox.Sandbox { return sandbox.New(virtual.Data(3, answers...)) }
	ofTokens := func() *sandbox.Sandbox { return sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(answers...)) }
	const limit = 50 * time.Second
	cases := map[string]testCase{
		"access token":    {testToken(), ofAPI, false, limit},
		"API key":         {testAPIKey(), ofAPI, false, limit},
		"service account": {testServiceAccount(), ofAPI, false, limit},
		"token endpoint":  {testServiceAccount(), ofTokens, true, limit - fetchMargin},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		_, err := read(ctx, connect(t, c.sandbox(), signedInBy(c.credential)))
		got, ok := errors.AsType[*Error](err)
		if !ok || !errors.Is(got.Cause, context.DeadlineExceeded) || got.Attempts != 3 || got.Took != c.took || got.SignIn != c.signIn {
			t.Fatalf("got %+v", err)
		}
		if got.Before == nil || got.Before.Status != http.StatusServiceUnavailable || !got.Before.IsAtlas() {
			t.Errorf("before came %v", got.Before)
		}
	})
}

func TestFailuresSayHowOftenTheyWereTried(t *testing.T) {
	t.Parallel()
	closes := sandbox.Answer{Break: sandbox.Close, Times: -1}
	type testCase struct {
		api, tokens []sandbox.Answer
		signIn      bool
	}
	cases := map[string]testCase{
		"API":            {[]sandbox.Answer{closes}, nil, false},
		"token endpoint": {nil, []sandbox.Answer{closes}, true},
		"token endpoint, for another token": {
			[]sandbox.Answer{{Times: 3}, {Delay: 10 * second, Revoke: true}}, []sandbox.Answer{{}, closes}, true,
		},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(virtual.Data(1234, c.api...), sandbox.WithTokenAnswers(c.tokens...))
		client := connect(t, s, signedInBy(testServiceAccount()))
		if len(c.tokens) == 2 {
			if _, err := readPages(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		start := time.Now()
		_, err := readPages(t.Context(), client)
		took := time.Since(start)
		got, ok := errors.AsType[*Error](err)
		if !ok || got.Attempts != 5 || got.Took != took || got.Kind != Unanswered || got.Before == nil || got.Proxy || got.SignIn != c.signIn {
			t.Errorf("got %+v after %s", err, took)
		}
	})
}

// Most of the reads wait longer than attemptTimeout for a connection.
func TestReadsOfASlowServerWaitForTheirTurn(t *testing.T) {
	t.Parallel()
	virtual.Each(t, everySignIn(), func(t *testing.T, c Credential) {
		s := sandbox.New(virtual.Data(3), sandbox.WithGateway(sandbox.Answer{Delay: 10 * second, Times: -1}))
		start := time.Now()
		if err := errors.Join(readAll(t.Context(), connect(t, s, signedInBy(c), withRetries(0)), 100)...); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 100*time.Second || took > 220*time.Second {
			t.Errorf("took %s for 100 requests of 10 s by %d connections", took, maxSlots)
		}
	})
}

// counted counts the open connections, now and at most, and all that were made.
type counted struct {
	mu               sync.Mutex
	open, most, made int
}

func (c *counted) dial(next virtual.Dial) virtual.Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		// net/http starts to dial just before it closes another connection. The clock moves after both.
		time.Sleep(time.Nanosecond)
		conn, err := next(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c.add(1)
		return &countedConn{Conn: conn, closed: sync.OnceFunc(func() { c.add(-1) })}, nil
	}
}

func (c *counted) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open += n
	c.made += max(0, n)
	c.most = max(c.most, c.open)
}

func (c *counted) now() (open, most int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open, c.most
}

type countedConn struct {
	net.Conn
	closed func()
}

func (c *countedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}

// A test in virtual time fails if a goroutine is left, so this test also finds goroutines that do not end.
func TestConnectionsDoNotPileUp(t *testing.T) {
	t.Parallel()
	virtual.Each(t, everySignIn(), func(t *testing.T, c Credential) {
		s := sandbox.New(virtual.Data(3,
			sandbox.Answer{Break: sandbox.Close, Times: 10},
			sandbox.Answer{Break: sandbox.CloseInBody, Times: 10},
			sandbox.Answer{Break: sandbox.StallInBody, Times: 10},
			sandbox.Answer{Break: sandbox.Stall, Times: 10},
			sandbox.Answer{Status: 503, Times: 10},
			sandbox.Answer{Body: new("{}"), Times: 10},
			sandbox.Answer{Redirect: "http://other.invalid/", Times: 10},
		))
		connections := &counted{}
		client := connectBy(t, connections.dial(virtual.Serve(t, s)), signedInBy(c), withRetries(10))
		for round := range 2 {
			for _, err := range readAll(t.Context(), client, 100) {
				if _, own := errors.AsType[*Error](err); err != nil && (round > 0 || !own) { // all faults occur in the first round
					t.Error(err)
				}
			}
			if open, most := connections.now(); open > maxSlots || most > maxSlots {
				t.Errorf("%d connections are open, and %d were", open, most)
			}
		}
		time.Sleep(time.Second) // net/http may still be making a connection that no request needs any more
		client.Close(t.Context())
		if open, _ := connections.now(); open != 0 {
			t.Errorf("%d connections are left", open)
		}
	})
}

func TestReadsThatEndLeaveNoConnection(t *testing.T) {
	t.Parallel()
	faults := map[string]sandbox.Answer{"stall": {Break: sandbox.Stall, Times: -1}, "stall in body": {Break: sandbox.StallInBody, Times: -1}}
	virtual.Each(t, faults, func(t *testing.T, answer sandbox.Answer) {
		connections := &counted{}
		client := connectBy(t, connections.dial(virtual.Serve(t, sandbox.New(virtual.Data(3, answer)))))
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(errors.New("interrupted")) })
		for _, err := range readAll(ctx, client, 100) {
			if err == nil {
				t.Error("a read got no error")
			}
		}
		time.Sleep(time.Second) // net/http may still be making a connection that no request needs any more, and then keeps it
		client.Close(t.Context())
		if open, most := connections.now(); open != 0 || most != maxSlots {
			t.Errorf("%d connections are left of %d", open, most)
		}
	})
}

// A server can close a kept connection at any time, also when the client is about to send the next request.
func TestConnectionsThatCloseUnderARequestAreRetried(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{"a kept one, under the request for a token": true, "a new one": false}
	virtual.Each(t, cases, func(t *testing.T, kept bool) {
		s := sandbox.New(virtual.Data(3), sandbox.WithTokenLifetime(time.Minute))
		listener := &lastAccepted{Listener: virtual.Listen()}
		server := &http.Server{Handler: s, ReadHeaderTimeout: time.Hour, ErrorLog: log.New(io.Discard, "", 0)}
		go func() { _ = server.Serve(listener) }()
		t.Cleanup(func() { _ = server.Close() })
		client := connectBy(t, listener.DialContext, signedInBy(testServiceAccount()))

		closed := 0
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
			if closed == 0 && info.Reused == kept && (!kept || acctest.Count(s, sandbox.EndpointConnections) == 1) {
				closed++
				synctest.Wait()
				_ = listener.conn.Close()
				synctest.Wait() // until net/http has noticed
			}
		}})
		for range 2 {
			if _, err := read(ctx, client); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute) // the token expires, its connection does not
		}
		tokens, pages := acctest.Count(s, sandbox.EndpointToken), acctest.Count(s, sandbox.EndpointConnections)
		if closed != 1 || tokens != 2 || pages != 2 {
			t.Errorf("closed %d connections; got %d token requests and %d pages", closed, tokens, pages)
		}
	})
}

// lastAccepted is a listener that keeps the last connection that it accepted.
type lastAccepted struct {
	*virtual.Listener

	conn net.Conn
}

func (l *lastAccepted) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	l.conn = conn
	return conn, err
}

func TestRequestsAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := sandbox.New(virtual.Data(3,
			sandbox.Answer{Status: 429, Detail: "Wait.", Delay: second, Headers: map[string]string{
				"Retry-After": "2", "RateLimit-Limit": "300", "RateLimit-Remaining": "0",
			}},
			sandbox.Answer{Headers: map[string]string{"RateLimit-Limit": "words", "RateLimit-Remaining": "299"}},
		))
		if _, err := read(tflogtest.RootLogger(t.Context(), &log), connect(t, s, signedInBy(testServiceAccount()))); err != nil {
			t.Fatal(err)
		}
		lines, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			delete(line, "@module")
			delete(line, "@timestamp")
			delete(line, "wait_ms")
		}
		want := []map[string]any{
			{
				"@level": "debug", "@message": "Request answered", "operation": tokenPath, "method": "POST", "path": tokenPath,
				"attempt": 1.0, "status": 200.0, "duration_ms": 0.0,
			},
			{
				"@level": "debug", "@message": "Request answered", "operation": "listStreamConnections", "method": "GET", "path": connectionsPath,
				"attempt": 1.0, "status": 429.0, "duration_ms": 1000.0, "Retry-After": 2.0, "RateLimit-Limit": 300.0, "RateLimit-Remaining": 0.0,
			},
			{
				"@level": "warn", "@message": "Waiting to send a request to Atlas again", "operation": "listStreamConnections",
				"attempt": 1.0, "reason": "429 Too Many Requests: RATE_LIMITED_TOKEN_BUCKET: Wait.",
			},
			{
				"@level": "debug", "@message": "Request answered", "operation": "listStreamConnections", "method": "GET", "path": connectionsPath,
				"attempt": 2.0, "status": 200.0, "duration_ms": 0.0, "RateLimit-Remaining": 299.0,
			},
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

func TestFailedRequestsAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Break: sandbox.Close}))
		if _, err := read(tflogtest.RootLogger(t.Context(), &log), connect(t, s, withRetries(0))); err == nil {
			t.Fatal("got no error")
		}
		lines, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil || len(lines) != 1 || lines[0]["error"] != "EOF" || lines[0]["operation"] != "listStreamConnections" ||
			lines[0]["attempt"] != 1.0 || lines[0]["@message"] != "Request failed without an answer" {
			t.Errorf("got %v, %v", lines, err)
		}
	})
}

func TestRequestsNameTheProgram(t *testing.T) {
	t.Parallel()
	virtual.Each(t, everySignIn(), func(t *testing.T, signIn Credential) {
		s := sandbox.New(virtual.Data(3))
		requests := 0
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests++
			if got := r.Header.Values("User-Agent"); len(got) != 1 || got[0] != "terraform-provider-atlas/test" {
				t.Errorf("%s %s is of %q", r.Method, r.URL.Path, got)
			}
			s.ServeHTTP(w, r)
		}), signedInBy(signIn))
		if _, err := read(t.Context(), client); err != nil || requests == 0 {
			t.Errorf("got %v after %d requests", err, requests)
		}
	})
}

func TestJSONOfOthersDoesNotAcceptACredential(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Body: new(`{"status":"please sign in"}`)}, sandbox.Answer{Status: 401, Times: -1}))
		client := connect(t, s)
		_, _ = read(t.Context(), client)
		_, err := read(t.Context(), client)
		failure, _ := errors.AsType[*Error](err)
		if failure.Accepted || failure.Attempts != 1 {
			t.Errorf("accepted %v, %d attempts", failure.Accepted, failure.Attempts)
		}
	})
}
