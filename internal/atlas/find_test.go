package atlas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func get(ctx context.Context, client *Client, name string) (*Resource, error) {
	ctx, cancel := context.WithTimeout(ctx, virtual.ReadTimeout)
	defer cancel()
	return client.GetStreamConnection(ctx, virtual.ProjectID, virtual.InstanceName, name)
}

func TestOneConnectionIsRead(t *testing.T) {
	t.Parallel()
	names := map[string]string{
		"plain": "orders", "slash": "a/b", "space": "a b", "percent": "100%", "escaped": "a%2Fb", "letters": "Zürich-日本", "plus": "a+b",
		"question": "a?b#c", "braces": "{tenantName}", "quote": `a"b\c`, "semicolon": "a;b:c@d", "long": strings.Repeat("x", 500),
	}
	virtual.Each(t, names, func(t *testing.T, name string) {
		raw, err := json.Marshal(map[string]string{"name": name, "type": "Sample"})
		if err != nil {
			t.Fatal(err)
		}
		data := &sandbox.Data{Projects: map[string]sandbox.Project{virtual.ProjectID: {Instances: map[string]sandbox.Instance{
			name: {Results: []json.RawMessage{[]byte(`{"name": "other", "type": "Kafka"}`), raw}},
		}}}}
		s := sandbox.New(data)
		got, err := connect(t, s).GetStreamConnection(t.Context(), virtual.ProjectID, name, name)
		if err != nil || got.Name != name || got.Type != "Sample" || len(s.Requests()) != 1 {
			t.Errorf("got %v, %v in %d requests", got, err, len(s.Requests()))
		}
	})
}

func TestAnswersForAnotherConnection(t *testing.T) {
	t.Parallel()
	type testCase struct{ asked, answered, shown string }
	cases := map[string]testCase{
		"another name":   {"connection-00001", "connection-00002", "connection-00002"},
		"another case":   {"connection-00001", "Connection-00001", "Connection-00001"},
		"a secret":       {"connection-00001", sandbox.DefaultCredentials().AccessToken, "(hidden)"},
		"the same":       {"connection-00001", "connection-00001", ""},
		"decomposed":     {"caf\u00e9", "cafe\u0301", ""},
		"decomposed ask": {"cafe\u0301", "caf\u00e9", ""},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		body := fmt.Sprintf(`{"name":%q,"type":"Sample"}`, c.answered)
		got, err := get(t.Context(), connect(t, sandbox.New(virtual.Data(3, sandbox.Answer{Body: &body, Times: -1}))), c.asked)
		failure, ok := ofKind(err, OtherName)
		if ok != (c.shown != "") || ok && failure.Detail != c.shown || !ok && err != nil {
			t.Fatalf("got %v, %v", got, err)
		}
		if want := strings.ReplaceAll(c.answered, "e\u0301", "\u00e9"); !ok && got.Name != want {
			t.Errorf("got %q, want %q", got.Name, want)
		}
	})
}

const (
	noConnection = "STREAM_CONNECTION_NOT_FOUND_FOR_NAME"
	noInstance   = "STREAM_TENANT_NOT_FOUND_FOR_NAME"
)

// lagging answers 404 with code to the first n requests for what ends with path, like Atlas while its reads lag behind its
// writes. It counts all such requests.
type lagging struct {
	http.Handler

	path, code string
	n          int
	requests   int
}

func (l *lagging) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, l.path) {
		if l.requests++; l.requests <= l.n {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			_, _ = fmt.Fprintf(w, `{"error":404,"errorCode":%q,"detail":"Not found.","reason":"Not Found"}`, l.code) //nolint:gosec // a test
			return
		}
	}
	l.Handler.ServeHTTP(w, r)
}

// existing returns an instance with a connection that is being deleted, and another one.
func existing(answers ...sandbox.Answer) *sandbox.Data {
	return &sandbox.Data{Projects: map[string]sandbox.Project{virtual.ProjectID: {Instances: map[string]sandbox.Instance{
		virtual.InstanceName: {Answers: answers, Results: []json.RawMessage{
			[]byte(`{"name":"orders-kafka","type":"Kafka","state":"DELETING"}`), []byte(`{"name":"other","type":"Sample"}`),
		}},
		"payments": {},
	}}}}
}

func TestWhatIsListedAndNotFoundIsRequestedAgainForSomeSeconds(t *testing.T) {
	t.Parallel()
	type testCase struct {
		path, code string
		notFound   int // how many times
		took       time.Duration
		listed     string // what the error names, or empty
		state      string
	}
	const path = "/connections/orders-kafka"
	cases := map[string]testCase{
		"a connection, once":        {path, noConnection, 1, findWait, "", ""},
		"a connection, three times": {path, noConnection, maxFinds - 1, 3 * findWait, "", ""},
		"a connection, for longer":  {path, noConnection, maxFinds, 3 * findWait, "orders-kafka", "DELETING"},
		"an instance, once":         {path, noInstance, 1, findWait, "", ""},
		"an instance, three times":  {path, noInstance, maxFinds - 1, 3 * findWait, "", ""},
		"an instance, for longer":   {path, noInstance, maxFinds, 3 * findWait, virtual.InstanceName, ""},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		server := &lagging{Handler: sandbox.New(existing()), path: c.path, code: c.code, n: c.notFound}
		start := time.Now()
		got, err := get(t.Context(), connect(t, server), "orders-kafka")
		if took := time.Since(start); took != c.took {
			t.Errorf("took %s", took)
		}
		failure, ok := ofKind(err, Refused)
		switch {
		case c.listed == "" && (err != nil || got.Name != "orders-kafka"):
			t.Errorf("got %v, %v", got, err)
		case c.listed != "" && (!ok || failure.Listed == nil || failure.Listed.Name != c.listed || failure.Listed.State() != c.state ||
			failure.Wanted != c.listed || failure.Existing != nil || server.requests != maxFinds):
			t.Errorf("got %+v after %d requests", failure, server.requests)
		}
	})
}

func TestInstancesThatAreListedAndNotFoundAreListedAgain(t *testing.T) {
	t.Parallel()
	virtual.Each(t, map[string]int{"once": 1, "for longer": maxFinds}, func(t *testing.T, notFound int) {
		server := &lagging{Handler: sandbox.New(existing()), path: "/" + virtual.InstanceName + "/connections", code: noInstance, n: notFound}
		listing, err := read(t.Context(), connect(t, server))
		failure, ok := ofKind(err, Refused)
		switch {
		case notFound < maxFinds && (err != nil || len(listing.Results) != 2 || server.requests != 2):
			t.Errorf("got %v, %v after %d requests", listing, err, server.requests)
		case notFound == maxFinds && (!ok || failure.Listed == nil || failure.Listed.Name != virtual.InstanceName || server.requests != maxFinds):
			t.Errorf("got %v, %v after %d requests", listing, err, server.requests)
		}
	})
}

func TestNamesThatDoNotExistLearnWhichDo(t *testing.T) {
	t.Parallel()
	type testCase struct {
		instance, name string
		answers        []sandbox.Answer
		wanted         string
		existing       []string
		requests       int
	}
	cases := map[string]testCase{
		"a connection":  {virtual.InstanceName, "orders-kafak", nil, "orders-kafak", []string{"orders-kafka", "other"}, 2},
		"in capitals":   {virtual.InstanceName, "Other", nil, "Other", []string{"orders-kafka", "other"}, 2},
		"of no results": {"payments", "other", nil, "other", []string{}, 2},
		"an instance":   {"order", "other", nil, "order", []string{"orders", "payments"}, 2},
		"not to be listed": {
			virtual.InstanceName, "orders-kafak", []sandbox.Answer{{Status: 403, ErrorCode: "FORBIDDEN", Times: -1}}, "orders-kafak", nil, 2,
		},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(existing(c.answers...))
		server := &lagging{Handler: s, path: "/connections/" + c.name, code: noConnection, n: 100}
		if c.answers == nil {
			server.n = 0
		}
		start := time.Now()
		got, err := connect(t, server).GetStreamConnection(t.Context(), virtual.ProjectID, c.instance, c.name)
		failure, ok := ofKind(err, Refused)
		if !ok || got != nil || failure.Wanted != c.wanted || failure.Listed != nil || failure.Status != http.StatusNotFound {
			t.Fatalf("got %v, %+v", got, failure)
		}
		if diff := cmp.Diff(c.existing, failure.Existing); diff != "" || time.Since(start) != 0 || server.requests != 1 {
			t.Errorf("after %s; names (-want +got):\n%s", time.Since(start), diff)
		}
		if requests := len(s.Requests()) + min(server.n, 1); requests != c.requests {
			t.Errorf("got %d requests", requests)
		}
	})
}

// The same name has several spellings in Unicode, of which Atlas knows one and Terraform sends another.
func TestNamesAreFoundInEverySpelling(t *testing.T) {
	t.Parallel()
	const composed, decomposed = "caf\u00e9", "cafe\u0301"
	type testCase struct{ exists, asked string }
	cases := map[string]testCase{
		"composed": {composed, composed}, "decomposed": {decomposed, decomposed},
		"asked composed": {decomposed, composed}, "asked decomposed": {composed, decomposed},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		s := sandbox.New(&sandbox.Data{Projects: map[string]sandbox.Project{virtual.ProjectID: {Instances: map[string]sandbox.Instance{
			c.exists: {Results: []json.RawMessage{fmt.Appendf(nil, `{"name":%q,"type":"Sample"}`, c.exists)}},
		}}}})
		client := connect(t, s)
		got, err := client.GetStreamConnection(t.Context(), virtual.ProjectID, c.asked, c.asked)
		if err != nil || got.Name != composed {
			t.Fatalf("got %v, %v", got, err)
		}
		listing, err := client.ListStreamConnections(t.Context(), ListRequest{ProjectID: virtual.ProjectID, InstanceName: c.asked})
		if err != nil || len(listing.Results) != 1 || listing.Results[0].Name != composed {
			t.Errorf("got %v, %v", listing, err)
		}
		if c.exists == c.asked && len(s.Requests()) != 2 {
			t.Errorf("got %d requests", len(s.Requests()))
		}
	})
}

func TestReadsWithoutTimeDoNotWaitForWhatIsListed(t *testing.T) {
	t.Parallel()
	virtual.Each(t, map[string]time.Duration{"less than the wait": findWait - 1, "as much": findWait}, func(t *testing.T, left time.Duration) {
		ctx, cancel := context.WithTimeout(t.Context(), left)
		defer cancel()
		s := sandbox.New(existing())
		server := &lagging{Handler: s, path: "/orders-kafka", code: noConnection, n: 100}
		start := time.Now()
		_, err := connect(t, server).GetStreamConnection(ctx, virtual.ProjectID, virtual.InstanceName, "orders-kafka")
		failure, ok := ofKind(err, Refused)
		if !ok || failure.Listed == nil || time.Since(start) != 0 || acctest.Count(s, sandbox.EndpointConnections) != 1 {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}

func TestInterruptsEndTheWaitForWhatIsListed(t *testing.T) {
	t.Parallel()
	interrupts := map[string]func(cancel context.CancelFunc, client *Client){
		"of the read":   func(cancel context.CancelFunc, _ *Client) { cancel() },
		"of the client": func(_ context.CancelFunc, client *Client) { client.Close(context.Background()) },
	}
	virtual.Each(t, interrupts, func(t *testing.T, interrupt func(context.CancelFunc, *Client)) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		server := &lagging{Handler: sandbox.New(existing()), path: "/orders-kafka", code: noConnection, n: 100}
		client := connect(t, server)
		start := time.Now()
		time.AfterFunc(findWait/2, func() { interrupt(cancel, client) })
		_, err := get(ctx, client, "orders-kafka")
		failure, ok := ofKind(err, Ended)
		if !ok || !errors.Is(failure, context.Canceled) || failure.Phase != Waiting || time.Since(start) != findWait/2 || server.requests != 1 {
			t.Errorf("got %v after %s and %d requests", err, time.Since(start), server.requests)
		}
	})
}

func TestNamesAreRequestedAgainIfTheirListingFailsForAMoment(t *testing.T) {
	t.Parallel()
	cases := map[string]sandbox.Answer{
		"429 for 20 seconds": {Status: 429, Headers: map[string]string{"Retry-After": "20"}},
		"429 without a wait": {Status: 429, ErrorCode: "RATE_LIMITED", Parameters: json.RawMessage("[]")},
		"no answer":          {Break: sandbox.Stall},
		"slow":               {Delay: 11 * second},
	}
	virtual.Each(t, cases, func(t *testing.T, answer sandbox.Answer) {
		server := &lagging{Handler: sandbox.New(existing(answer)), path: "/connections/orders-kafka", code: noConnection, n: 1}
		start := time.Now()
		_, err := get(t.Context(), connect(t, server), "orders-kafka")
		if err != nil {
			t.Errorf("got %v after %s of %s", err, time.Since(start), virtual.ReadTimeout)
		}
	})
}

func TestReadsThatEndWhileNamesAreListedSaySo(t *testing.T) {
	t.Parallel()
	cases := map[string]func(cancel func(), c *Client){
		"interrupt": func(cancel func(), _ *Client) { cancel() },
		"close":     func(_ func(), c *Client) { c.Close(context.Background()) },
		"deadline":  func(func(), *Client) {},
	}
	virtual.Each(t, cases, func(t *testing.T, end func(cancel func(), c *Client)) {
		slow := sandbox.New(existing(sandbox.Answer{Delay: 9 * second}))
		server := &lagging{Handler: slow, path: "/connections/orders-kafka", code: noConnection, n: 1}
		client := connect(t, server)
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
		defer cancel()
		time.AfterFunc(time.Second, func() { end(cancel, client) })
		_, err := client.GetStreamConnection(ctx, virtual.ProjectID, virtual.InstanceName, "orders-kafka")
		if failure, ok := ofKind(err, Ended); !ok {
			t.Errorf("got %+v, not the end of the read: %v", failure, err)
		}
	})
}

func TestNamesWhoseListingKeepsFailingMayExist(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answer sandbox.Answer
		may    bool
	}{
		"for a moment": {sandbox.Answer{Status: http.StatusServiceUnavailable, Times: -1}, true},
		"for good":     {sandbox.Answer{Status: http.StatusForbidden, ErrorCode: "FORBIDDEN", Times: -1}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &lagging{Handler: sandbox.New(existing(c.answer)), path: "/connections/orders-kafka", code: noConnection, n: 100}
				_, err := get(t.Context(), connect(t, server), "orders-kafka")
				failure, ok := ofKind(err, Refused)
				if !ok || failure.Code != noConnection || failure.MayExist != c.may || failure.Listed != nil || failure.Existing != nil {
					t.Errorf("got %+v", failure)
				}
				if want := map[bool]int{true: 2, false: 1}[c.may]; server.requests != want {
					t.Errorf("requested the name %d times, want %d", server.requests, want)
				}
			})
		})
	}
}

// A look-up that meets a rate limit waits like any other request.
func TestListingsOfNamesWaitAfterALimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		headers  map[string]string
		listings int
		wait     time.Duration // at least, between two listings
	}{
		"20 s": {map[string]string{"Retry-After": "20"}, 2, 20 * time.Second}, "unknown": {nil, 2, 10 * time.Second},
		"a day": {map[string]string{"Retry-After": "86400"}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := sandbox.New(existing(sandbox.Answer{Status: 429, Headers: c.headers, Times: -1}))
				var at []time.Time
				server := &lagging{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					at = append(at, time.Now())
					s.ServeHTTP(w, r)
				}), path: "/connections/orders-kafak", code: noConnection, n: 100}
				_, err := get(t.Context(), connect(t, server, withRetries(0)), "orders-kafak")
				if failure, ok := ofKind(err, Refused); !ok || failure.Code != noConnection || !failure.MayExist {
					t.Errorf("got %+v", failure)
				}
				if len(at) != c.listings || at[len(at)-1].Sub(at[0]) < c.wait {
					t.Errorf("listings at %v, want %d that are %s apart", at, c.listings, c.wait)
				}
			})
		})
	}
}

// A listing that fails at last does not make one forget that the name was listed.
func TestWhatWasListedIsRememberedIfALaterListingFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(existing(sandbox.Answer{Times: 3}, sandbox.Answer{Status: 503, Times: -1}))
		server := &lagging{Handler: s, path: "/connections/orders-kafka", code: noConnection, n: 100}
		_, err := get(t.Context(), connect(t, server, withRetries(0)), "orders-kafka")
		failure, _ := errors.AsType[*Error](err)
		if failure == nil || failure.Listed == nil {
			t.Errorf("got %+v", failure)
		}
	})
}
