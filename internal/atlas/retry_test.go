package atlas

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

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
		status, isStatus := errors.AsType[*StatusError](err)
		if c.fails != isStatus || isStatus && status.Status != c.status || !c.fails && err != nil {
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
		names, err := read(t.Context(), connect(t, s))
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

func TestWaitsGrowWithinBounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: 503, Times: -1}))
		client := connect(t, s, withRetries(20))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err := list(ctx, client); err == nil {
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
	cases := map[string]sandbox.Answer{"503": {Status: 503, Times: 8}, "rate limit without an end": {Status: 429, Body: new(""), Times: 8}}
	virtual.Each(t, cases, func(t *testing.T, answer sandbox.Answer) {
		s := sandbox.New(virtual.Data(3, answer))
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

func TestWaitsAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Break: sandbox.Close}, sandbox.Answer{Status: 429}))
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
