package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// FuzzPager reads from a server that follows the input. Each byte is one page: its bits are the number of connections, whether
// their names are new, the count, and whether the page links to a next one.
func FuzzPager(f *testing.F) {
	for _, seed := range []string{
		"", "\x02\x01", "\x03\x03\x03\x00", "\x07\x07\x07", "\x0b\x0b", "\x13\x21\x42", "\xff\xfe\x00\x80", "\x01\x01\x01\x01",
	} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, script []byte, size uint8) {
		synctest.Test(t, func(t *testing.T) { checkPager(t, &scriptedServer{script: script}, max(1, int(size))) })
	})
}

func checkPager(t *testing.T, s *scriptedServer, size int) {
	t.Helper()
	p, _ := newPager(size, s.page)
	p.most = 20
	listing, err := p.all(t.Context())
	if most := maxPasses * (p.most + 1) * (maxEmptyPages + 1); s.reads > most || len(s.passes) > maxPasses {
		t.Fatalf("read %d pages in %d passes, want at most %d in %d", s.reads, len(s.passes), most, maxPasses)
	}
	if err != nil {
		failure, ok := errors.AsType[*Error](err)
		if !ok || failure.Kind != Changed && failure.Kind != TooLarge || listing != nil {
			t.Fatalf("got %v, %v", listing, err)
		}
		return
	}
	last := s.passes[len(s.passes)-1]
	if diff := cmp.Diff(last.names, namesOf(listing)); diff != "" {
		t.Fatalf("what was served last is not what is returned (-served +returned):\n%s", diff)
	}
	if len(last.set()) != len(last.names) {
		t.Fatal("a name is returned twice")
	}
	if s.linked || s.last >= p.size {
		t.Fatal("the last page that was read has a successor")
	}
	isOnePage := len(s.passes) == 1 && last.pages <= 1 && !listing.IsShort()
	if !isOnePage && (len(s.passes) < 2 || !maps.Equal(last.set(), s.passes[len(s.passes)-2].set())) {
		t.Fatal("no two readings in a row agree")
	}
}

type scriptedServer struct {
	script []byte
	reads  int
	passes []*served
	last   int  // the number of results on the last page
	linked bool // whether it links to a next one
}

// served is what one pass got.
type served struct {
	names []string
	pages int // that have results
}

func (s *served) set() map[string]bool {
	set := map[string]bool{}
	for _, name := range s.names {
		set[name] = true
	}
	return set
}

func (s *scriptedServer) page(pageNum int) []byte {
	if pageNum == 1 {
		s.passes = append(s.passes, &served{names: []string{}})
	}
	var b byte
	if len(s.script) > 0 {
		b = s.script[s.reads%len(s.script)]
	}
	s.reads++
	var got []string
	for i := range int(b & 3) {
		name := fmt.Sprintf("%d-%d", pageNum, i)
		if b&4 != 0 {
			name = fmt.Sprintf("%d", i)
		}
		got = append(got, name)
	}
	var reported *int64
	if b&8 != 0 {
		reported = new(int64(b >> 5))
	}
	pass := s.passes[len(s.passes)-1]
	pass.names = append(pass.names, got...)
	if len(got) > 0 {
		pass.pages++
	}
	s.last, s.linked = len(got), b&16 != 0
	return pageNamed(reported, s.linked, got...)
}

func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		`{"results":[{"name":"a","type":"Kafka","authentication":{"aws":{}},"networking":{"access":{"tgwRouteId":"t"}}}],"totalCount":1}`,
		`{"results":[],"links":[{"rel":"next","href":"x"}],"totalCount":9223372036854775807}`,
		`{"results":[null]}`, `{"results":null}`, `null`, `[]`, `{}`, ``, `{"results":[{"name":""}]}`, `{"results":[{"NAME":"a"}],"Results":[1]}`,
		`{"results":[{"name":"a","headers":{"x":null}}]} `, "{\"results\":[{\"name\":\"\xff\\ud800\"}]}", `{"results":[{"name":"a"}]}x`,
		`{"results":[{"_id":"a\u0000"}]}`, `{"results":[{"id":5,"name":true}]}`,
	} {
		f.Add([]byte(seed), "application/json", 200)
	}
	f.Add([]byte(`{"errorCode":"X","detail":["y"]}`), "application/vnd.atlas.2025-03-12+json", 404)
	f.Add([]byte(`<html>`), "text/html", 503)
	client := connectBy(f, nil)
	f.Fuzz(func(t *testing.T, body []byte, contentType string, status int) {
		p, _ := newPager(MaxItemsPerPage, nil)
		p.fetch = func(int) ([]byte, error) {
			body, failure := client.judge(operation{}, &http.Response{
				StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: &memoryBody{ReadCloser: http.NoBody, body: body},
			}, nil)
			if failure != nil {
				return nil, failure
			}
			return body, nil
		}
		got, err := p.page(1)
		if err != nil {
			_, ok := errors.AsType[*Error](err)
			if text := err.Error(); got != nil || !ok || text != CleanText(text) && len(text) < 1<<10 {
				t.Fatalf("got %v, %q", got, err)
			}
			return
		}
		if status != http.StatusOK || !json.Valid(body) || got.TotalCount != nil && *got.TotalCount < 0 {
			t.Fatal("this is not a listing")
		}
		for _, connection := range got.Results {
			if connection.label() == "" || !json.Valid(connection.Raw) || CleanText(connection.ID) == "" && connection.Name == "" {
				t.Fatal("this is not a connection")
			}
		}
	})
}
