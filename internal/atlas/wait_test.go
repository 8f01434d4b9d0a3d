package atlas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

func TestWaitsGrowWithinBounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: 503, Times: -1}))
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
		failure, failed := errors.AsType[*Error](err)
		switch {
		case failed != (c.fails > 0):
			t.Errorf("got %v", err)
		case failed && (took != 0 || failure.RetryAfter.Round(time.Second) != c.fails):
			t.Errorf("asks to wait %s, after %s", failure.RetryAfter, took)
		case took < c.least || took > c.most:
			t.Errorf("took %s", took)
		}
	})
}

// The clocks of two machines differ. Both dates are of the server's.
func TestDatesOfRetryAfterAreOfTheClockOfTheServer(t *testing.T) {
	t.Parallel()
	type testCase struct {
		skew        time.Duration
		wait        time.Duration
		omitDate    bool
		least, most time.Duration
	}
	const wait, least, most = 45 * time.Second, 44 * time.Second, 48 * time.Second
	cases := map[string]testCase{
		"as here":                   {0, wait, false, least, most},
		"an hour ahead":             {time.Hour, wait, false, least, most},
		"an hour behind":            {-time.Hour, wait, false, least, most},
		"past, an hour ahead":       {time.Hour, -wait, false, time.Second, 3 * time.Second},
		"without the server's date": {0, wait, true, least, most},
		"a month behind":            {-30 * 24 * time.Hour, wait, false, least, most},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		now := time.Now().Add(c.skew).UTC()
		headers := map[string]string{"Retry-After": now.Add(c.wait).Format(http.TimeFormat), "Date": now.Format(http.TimeFormat)}
		if c.omitDate {
			headers["Date"] = ""
		}
		start := time.Now()
		_, err := read(t.Context(), connect(t, sandbox.New(virtual.Data(3, sandbox.Answer{Status: 429, Headers: headers}))))
		if took := time.Since(start); err != nil || took < c.least || took > c.most {
			t.Errorf("got %v after %s", err, took)
		}
	})
}

func TestRetryAfterBeyondAnHourFailsWithoutDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Status: 429, Headers: map[string]string{"Retry-After": "3601"}}))
		start := time.Now()
		_, err := connect(t, s).ListStreamConnections(t.Context(), request())
		if failure, ok := errors.AsType[*Error](err); !ok || failure.RetryAfter != 3601*time.Second || time.Since(start) != 0 {
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
		asked   time.Duration
		most    time.Duration // zero if there is no wait
		stopped Stop
	}
	cases := map[string]testCase{ // of a read with 10 s, whose first wait alone is 1 to 3 s
		"fits":              {6 * time.Second, 9 * time.Second, notStopped},
		"only without":      {9500 * time.Millisecond, 9750 * time.Millisecond, notStopped},
		"a nanosecond left": {10*time.Second - 1, 10*time.Second - 1, notStopped},
		"the deadline":      {10 * time.Second, 0, NoTimeLeft},
		"later":             {time.Minute, 0, NoTimeLeft},
		"much later":        {time.Hour + 1, 0, WaitTooLong},
		"290 years":         {math.MaxInt64, 0, WaitTooLong},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		for range 100 {
			e := &Error{Status: http.StatusTooManyRequests, Attempts: 1, wait: askedWait{stated: true, least: c.asked}}
			wait, stopped := e.nextWait(ctx)
			if stopped != c.stopped || wait > c.most || stopped == notStopped && wait < c.asked {
				t.Errorf("waits %s, then %d", wait, stopped)
			}
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

// limited returns the answer of Atlas to too many requests. parameters is JSON.
func limited(code, parameters string) sandbox.Answer {
	body := fmt.Sprintf(`{"error":429,"errorCode":%q,"detail":"Rate limit exceeded.","reason":"Too Many Requests","parameters":%s}`,
		code, parameters)
	return sandbox.Answer{Status: http.StatusTooManyRequests, Body: &body}
}

func TestTokenBucketsAreWaitedFor(t *testing.T) {
	t.Parallel()
	type testCase struct {
		parameters  string
		header      string
		least, most time.Duration // the limits of the wait
		fails       time.Duration // RetryAfter of the error
	}
	const least, most = 10 * time.Second, 15 * time.Second
	cases := map[string]testCase{
		"as Atlas has them":   {parameters: `["api/atlas/v2/orgs", 55, 10, 5, 60]`, least: 55 * time.Second, most: 58 * time.Second},
		"header before body":  {parameters: `["x", 55, 10, 5, 60]`, header: "20", least: 20 * time.Second, most: 23 * time.Second},
		"body beside noise":   {parameters: `["x", 55]`, header: "soon", least: 55 * time.Second, most: 58 * time.Second},
		"beyond the deadline": {parameters: `["x", 300]`, fails: 300 * time.Second},
		"a day":               {parameters: `["x", 86400]`, fails: 24 * time.Hour},
		"290 years":           {parameters: `["x", 9223372036]`, fails: 9223372036 * time.Second},
		"null":                {parameters: `null`, least: least, most: most},
		"none":                {parameters: `[]`, least: least, most: most},
		"too few":             {parameters: `["x"]`, least: least, most: most},
		"an object":           {parameters: `{"1": 55}`, least: least, most: most},
		"text":                {parameters: `["x", "55"]`, least: least, most: most},
		"a fraction":          {parameters: `["x", 5.5]`, least: least, most: most},
		"null among them":     {parameters: `["x", null]`, least: least, most: most},
		"zero":                {parameters: `["x", 0]`, least: least, most: most},
		"negative":            {parameters: `["x", -55]`, least: least, most: most},
		"overflows":           {parameters: `["x", 99999999999999999999]`, least: least, most: most},
		"overflows as time":   {parameters: `["x", 9223372037]`, least: least, most: most},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		answer := limited("RATE_LIMITED_TOKEN_BUCKET", c.parameters)
		answer.Headers = map[string]string{"Retry-After": c.header}
		start := time.Now()
		_, err := read(t.Context(), connect(t, sandbox.New(virtual.Data(3, answer))))
		took := time.Since(start)
		failure, failed := errors.AsType[*Error](err)
		switch {
		case failed != (c.fails > 0), !failed && err != nil:
			t.Errorf("got %v", err)
		case failed && (took != 0 || failure.RetryAfter != c.fails):
			t.Errorf("asks to wait %s, after %s", failure.RetryAfter, took)
		case took < c.least || took > c.most:
			t.Errorf("took %s", took)
		}
	})
}

func TestRateLimitsThatDoNotSayHowLongToWait(t *testing.T) {
	t.Parallel()
	minute := [2]time.Duration{time.Minute, time.Minute}
	cases := map[string]struct {
		answer sandbox.Answer
		fourth [2]time.Duration // the bounds of the fourth wait
	}{
		"nothing is said":   {sandbox.Answer{Status: http.StatusTooManyRequests, Body: new("")}, minute},
		"a minute":          {limited("RATE_LIMITED", `["`+tokenPath+`", 10, 1]`), minute},
		"three minutes":     {limited("RATE_LIMITED", `["`+tokenPath+`", 10, 3]`), [2]time.Duration{80 * time.Second, 2 * time.Minute}},
		"for ever":          {limited("RATE_LIMITED", `["`+tokenPath+`", 10, 9223372036854775807]`), minute},
		"negative":          {limited("RATE_LIMITED", `["`+tokenPath+`", 10, -1]`), minute},
		"another code":      {limited("OTHER", `["`+tokenPath+`", 300, 300]`), minute},
		"something between": {sandbox.Answer{Status: http.StatusTooManyRequests, Body: new("<html>")}, minute},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c.answer.Times = 4
				s := sandbox.New(virtual.Data(3), sandbox.WithTokenAnswers(c.answer))
				if _, err := read(t.Context(), connect(t, s, signedInBy(testServiceAccount()))); err != nil {
					t.Fatal(err)
				}
				bounds := [][2]time.Duration{{10 * time.Second, 15 * time.Second}, {20 * time.Second, 30 * time.Second},
					{40 * time.Second, 60 * time.Second}, c.fourth}
				requests := s.Requests()
				for i, bound := range bounds {
					if wait := requests[i+1].Time.Sub(requests[i].Time); wait < bound[0] || wait > bound[1] {
						t.Errorf("wait %d took %s", i+1, wait)
					}
				}
			})
		})
	}
}

func FuzzWaitAsked(f *testing.F) {
	for _, seed := range []string{
		`{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["api/atlas/v2/orgs",55,10,5,60]}`,
		`{"errorCode":"RATE_LIMITED","parameters":["/api/oauth/token",10,1]}`, `{"errorCode":"RATE_LIMITED","parameters":null}`,
		`{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":[[],{"a":1e99}]}`, `{"errorCode":["RATE_LIMITED"]}`, `[]`, ``, `<html>`,
	} {
		f.Add([]byte(seed), 429)
		f.Add([]byte(seed), 503)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		got := waitAsked(&http.Response{StatusCode: status, Header: http.Header{}}, errorObject(body))
		if got.least < 0 || got.most < 0 || got.stated != (got.least > 0) || got.stated && got.most > 0 {
			t.Fatalf("got %+v", got)
		}
		if got != (askedWait{}) && (status != http.StatusTooManyRequests || !json.Valid(body)) {
			t.Fatalf("got %+v of what is no rate limit", got)
		}
		for attempt := 1; attempt <= 10; attempt++ {
			e := &Error{Status: status, Attempts: attempt, wait: got}
			wait, stopped := e.nextWait(t.Context())
			most := min(max(got.least, got.most, time.Minute), time.Hour) + 30*time.Second
			switch {
			case (stopped != notStopped) != (got.least > time.Hour):
				t.Fatalf("ends with %d", stopped)
			case stopped == notStopped && (wait < max(got.least, time.Second) || wait > most):
				t.Fatalf("waits %s", wait)
			}
		}
	})
}
