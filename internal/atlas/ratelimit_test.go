package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

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
		status, failed := errors.AsType[*StatusError](err)
		switch {
		case failed != (c.fails > 0), !failed && err != nil:
			t.Errorf("got %v", err)
		case failed && (took != 0 || status.RetryAfter != c.fails):
			t.Errorf("asks to wait %s, after %s", status.RetryAfter, took)
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
		resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: inMemory(slices.Clone(body))}
		got := waitAsked(resp)
		if got.least < 0 || got.most < 0 || got.stated != (got.least > 0) || got.stated && got.most > 0 {
			t.Fatalf("got %+v", got)
		}
		if got != (askedWait{}) && (status != http.StatusTooManyRequests || !json.Valid(body)) {
			t.Fatalf("got %+v of what is no rate limit", got)
		}
		for waits, i := newWaits(), 0; i < 10; i++ {
			p := waits.after(resp)
			if p.least < time.Second || p.least > max(got.least, got.most, time.Minute) || p.spread > 30*time.Second {
				t.Fatalf("waits %s and up to %s", p.least, p.spread)
			}
		}
	})
}
