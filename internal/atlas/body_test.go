package atlas

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// padded returns a listing with a size of n bytes.
func padded(n int) []byte {
	const before, after = `{"results":[{"name":"a","new":"`, `"}]}`
	return []byte(before + strings.Repeat("x", n-len(before)-len(after)) + after)
}

func TestBodiesAreReadUpToTheirLimit(t *testing.T) {
	t.Parallel()
	type testCase struct {
		size       int
		compressed bool
		fits       bool
	}
	cases := map[string]testCase{
		"16 MiB":                       {maxBody, false, true},
		"16 MiB and a byte":            {maxBody + 1, false, false},
		"16 MiB, compressed":           {maxBody, true, true},
		"16 MiB and a byte compressed": {maxBody + 1, true, false},
		"a bomb":                       {10 * maxBody, true, false},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		requests := 0
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests++
			w.Header().Set("Content-Type", "application/json")
			var out io.Writer = w
			if c.compressed {
				w.Header().Set("Content-Encoding", "gzip")
				zip := gzip.NewWriter(w)
				defer func() { _ = zip.Close() }()
				out = zip
			}
			_, _ = out.Write(padded(c.size))
		}))
		names, err := read(t.Context(), client)
		content, ok := errors.AsType[*ContentError](err)
		_, unanswered := errors.AsType[*NetworkError](err)
		switch {
		case c.fits && (err != nil || len(names) != 1):
			t.Errorf("got %v", err)
		case !c.fits && (!ok || unanswered || content.Reason != "is larger than 16 MiB"):
			t.Errorf("got %v", err)
		case requests != 1:
			t.Errorf("got %d requests", requests)
		}
	})
}

func TestHeadersAreReadUpToTheirLimit(t *testing.T) {
	t.Parallel()
	virtual.Each(t, map[string]int{"half of it": 1 << 19, "all of it": 1 << 20}, func(t *testing.T, size int) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Headers: map[string]string{"X-Long": strings.Repeat("x", size)}, Times: -1}))
		_, err := read(t.Context(), connect(t, s))
		if _, failed := errors.AsType[*NetworkError](err); failed != (size == 1<<20) || !failed && err != nil || len(s.Requests()) != 1 {
			t.Errorf("got %v after %d requests", err, len(s.Requests()))
		}
	})
}

func TestCompressedBodiesThatBreak(t *testing.T) {
	t.Parallel()
	var whole bytes.Buffer
	zip := gzip.NewWriter(&whole)
	_, _ = zip.Write(padded(1000))
	_ = zip.Close()
	type testCase struct {
		body     []byte
		requests int
	}
	cases := map[string]testCase{
		"cut":        {whole.Bytes()[:whole.Len()-9], 3},
		"not gzip":   {[]byte(`{"results":[]}`), 1},
		"wrong sum":  {append(bytes.Clone(whole.Bytes()[:whole.Len()-8]), 0, 0, 0, 0, 0, 0, 0, 0), 1},
		"no content": {nil, 1},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		requests := 0
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests++
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Transfer-Encoding", "chunked")
			_, _ = w.Write(c.body)
			_ = http.NewResponseController(w).Flush()
		}), withRetries(2))
		names, err := read(t.Context(), client)
		if !isOwn(err) || names != nil || requests != c.requests {
			t.Errorf("got %v, %v after %d requests", names, err, requests)
		}
	})
}
