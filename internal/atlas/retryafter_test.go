package atlas

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	type testCase struct {
		header      string
		least, most time.Duration // the limits of the wait
		fails       time.Duration // RetryAfter of the error
	}
	cases := map[string]testCase{
		"seconds":             {header: "40", least: 40 * time.Second, most: 43 * time.Second},
		"less than backoff":   {header: "0", least: time.Second, most: 3 * time.Second},
		"date":                {header: "in 45s", least: 44 * time.Second, most: 48 * time.Second},
		"past date":           {header: "Thu, 01 Jan 1970 00:00:00 GMT", least: time.Second, most: 3 * time.Second},
		"date of RFC 850":     {header: "Thursday, 01-Jan-70 00:00:00 GMT", least: time.Second, most: 3 * time.Second},
		"beyond the deadline": {header: "301", fails: 301 * time.Second},
		"the deadline":        {header: "300", fails: 300 * time.Second},
		"a day":               {header: "86400", fails: day},
		"a day as date":       {header: "in 24h", fails: day},
		"290 years":           {header: "9223372036", fails: 9223372036 * time.Second},
		"negative":            {header: "-5", least: 10 * time.Second, most: 15 * time.Second},
		"overflows":           {header: "99999999999999999999999", least: 10 * time.Second, most: 15 * time.Second},
		"overflows as time":   {header: "9223372037", least: 10 * time.Second, most: 15 * time.Second},
		"fraction":            {header: "1.5", least: 10 * time.Second, most: 15 * time.Second},
		"words":               {header: "after lunch", least: 10 * time.Second, most: 15 * time.Second},
		"empty":               {header: "", least: 10 * time.Second, most: 15 * time.Second},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		if in, ok := strings.CutPrefix(c.header, "in "); ok {
			wait, _ := time.ParseDuration(in)
			c.header = time.Now().Add(wait).UTC().Format(http.TimeFormat)
		}
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: 429, Body: new(""), Headers: map[string]string{"Retry-After": c.header}}))
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
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: 429, Headers: map[string]string{"Retry-After": "3601"}}))
		start := time.Now()
		_, err := list(t.Context(), connect(t, s))
		if status, ok := errors.AsType[*StatusError](err); !ok || status.RetryAfter != 3601*time.Second || time.Since(start) != 0 {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}

func TestReadsThatAreToldTheSameWaitSpreadOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n = 10
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: 429, Times: n, Headers: map[string]string{"Retry-After": "7"}}))
		start := time.Now()
		if err := errors.Join(readAll(t.Context(), connect(t, s), n)...); err != nil {
			t.Fatal(err)
		}
		moments := map[time.Duration]bool{}
		for _, request := range s.Requests()[n:] {
			wait := request.Time.Sub(start)
			if moments[wait] = true; wait < 7*time.Second || wait > 10*time.Second {
				t.Errorf("a read waited %s", wait)
			}
		}
		if len(moments) < n/2 {
			t.Errorf("%d reads came back at %d moments", n, len(moments))
		}
	})
}

func TestWaitsOfAServerAreOnlySpreadWithinTheDeadline(t *testing.T) {
	t.Parallel()
	type testCase struct {
		least, spread time.Duration
		most          time.Duration // zero if there is no wait
		stopped       Stop
	}
	cases := map[string]testCase{ // of a read with 10 s
		"fits":              {7 * time.Second, 2 * time.Second, 9 * time.Second, goOn},
		"only without":      {7 * time.Second, 3 * time.Second, 8500 * time.Millisecond, goOn},
		"a nanosecond left": {10*time.Second - 1, time.Second, 10*time.Second - 1, goOn},
		"the deadline":      {10 * time.Second, time.Second, 0, NoTimeLeft},
		"later":             {time.Minute, 0, 0, NoTimeLeft},
		"much later":        {time.Hour + 1, 0, 0, WaitTooLong},
		"290 years":         {math.MaxInt64, time.Second, 0, WaitTooLong},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		wait, stopped := pause{c.least, c.spread}.within(ctx)
		if stopped != c.stopped || wait > c.most || stopped == goOn && wait < c.least {
			t.Errorf("waits %s, then %d", wait, stopped)
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
		got, ok := retryAfter(http.Header{"Retry-After": {value}})
		if got < 0 || !ok && got != 0 {
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
