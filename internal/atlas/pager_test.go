package atlas

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestListingsArriveWhole(t *testing.T) {
	t.Parallel()
	cases := map[string][2]int{ // size to requests
		"none": {0, 1}, "one": {1, 1}, "499": {499, 1}, "500": {500, 2}, "501": {501, 2}, "1000": {1000, 3}, "1234": {1234, 3},
	}
	for _, counted := range []bool{true, false} {
		t.Run(fmt.Sprintf("counted %t", counted), func(t *testing.T) {
			t.Parallel()
			inVirtualTime(t, cases, func(t *testing.T, c [2]int) {
				s := sandbox.New(orders(c[0], sandbox.Answer{OmitTotalCount: !counted, Times: -1}))
				listing, err := read(t.Context(), connect(t, s))
				if err != nil {
					t.Fatal(err)
				}
				for i, connection := range listing.Connections {
					if want := fmt.Sprintf("connection-%05d", i); *connection.Name != want {
						t.Fatalf("got %s, want %s", *connection.Name, want)
					}
				}
				if got := len(s.Requests()); len(listing.Connections) != c[0] || got != c[1] || listing.Connections == nil {
					t.Errorf("got %d connections in %d requests", len(listing.Connections), got)
				}
				if counted != (listing.TotalCount != nil) || counted && *listing.TotalCount != int64(c[0]) || listing.IsShort() {
					t.Errorf("got the count %v", listing.TotalCount)
				}
			})
		})
	}
}

func TestOnePageIsReadAlone(t *testing.T) {
	t.Parallel()
	cases := map[string][3]int{ // page to its first and its number of connections
		"first": {1, 0, 500}, "second": {2, 500, 500}, "last": {3, 1000, 234}, "beyond the last": {4, 0, 0}, "far beyond": {1 << 30, 0, 0},
	}
	inVirtualTime(t, cases, func(t *testing.T, c [3]int) {
		s := sandbox.New(orders(1234))
		r := request()
		r.PageNum = c[0]
		listing, err := connect(t, s).ListStreamConnections(t.Context(), r)
		if err != nil || len(listing.Connections) != c[2] || *listing.TotalCount != 1234 || listing.Connections == nil || len(s.Requests()) != 1 {
			t.Fatalf("got %v, %v in %d requests", listing, err, len(s.Requests()))
		}
		if c[2] > 0 && *listing.Connections[0].Name != fmt.Sprintf("connection-%05d", c[1]) {
			t.Errorf("got %s first", *listing.Connections[0].Name)
		}
	})
}

func TestOnePageHoldsEachNameOnce(t *testing.T) {
	t.Parallel()
	_, err := newPager(10, pageNamed(nil, "a", "b", "a")).page(t.Context(), 1)
	if content, ok := errors.AsType[*ContentError](err); !ok || !strings.Contains(content.Reason, `"a"`) {
		t.Errorf("got %v", err)
	}
}

// pageNamed returns a page of connections with the given names.
func pageNamed(count *int64, names ...string) *page {
	p := &page{totalCount: count, connections: []*Connection{}}
	for _, name := range names {
		connection := &Connection{}
		connection.Name = new(name)
		p.connections = append(p.connections, connection)
	}
	return p
}

// pagesOf reads pages from words such as "3:ab+": the count or a dash, the names, and a plus where there is a next page.
func pagesOf(words string) []*page {
	var pages []*page
	for word := range strings.FieldsSeq(words) {
		reported, names, _ := strings.Cut(word, ":")
		var number *int64
		if n, err := strconv.ParseInt(reported, 10, 64); err == nil {
			number = &n
		}
		names, linked := strings.CutSuffix(names, "+")
		p := pageNamed(number, strings.Split(names, "")...)
		p.hasNext = linked
		pages = append(pages, p)
	}
	return pages
}

// newPager returns a pager to which the given pages are served one after another, and empty ones from then on.
func newPager(size int, pages ...*page) *pager {
	return &pager{size: size, clean: CleanText, fetch: func(context.Context, int) (*page, error) {
		if len(pages) == 0 {
			return pageNamed(nil), nil
		}
		next := pages[0]
		pages = pages[1:]
		return next, nil
	}}
}

func TestListingsThatMove(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		pages string // of two connections at most, as pagesOf reads them
		want  []string
		short bool
		moved string // part of the error's text
		reads int
	}{
		"a name twice, once":         {"3:ab 3:b 3:ab 3:c", []string{"a", "b", "c"}, false, "", 4},
		"a name twice, in a page":    {"2:aa 2:ab 2:", []string{"a", "b"}, false, "", 3},
		"a name twice, always":       {"2:aa 2:bb 2:cc", nil, false, `"c" arrived more than once`, 3},
		"shrinks":                    {"3:ab 2: 2:ac 2:", []string{"a", "c"}, false, "", 4},
		"shrinks unseen":             {"3:ab 3: 2:ac 2:", []string{"a", "c"}, false, "", 4},
		"grows":                      {"2:ab 3:c 3:ab 3:c", []string{"a", "b", "c"}, false, "", 4},
		"grows beyond the count":     {"2:ab 2:c", []string{"a", "b", "c"}, false, "", 2},
		"count comes and goes":       {"3:ab -:c 3:ab 3:c", []string{"a", "b", "c"}, false, "", 4},
		"count never the same":       {"3:ab 2:c 2:ab 3:c -:ab 5:c", nil, false, "another number", 6},
		"short, but stable":          {"5:ab 5:c 5: 5:ab 5:c 5:", []string{"a", "b", "c"}, true, "", 6},
		"short, then whole":          {"2:a 2: 2:ab 2:", []string{"a", "b"}, false, "", 4},
		"short, never the same":      {"2:a 2: 2:b 2: 2:c 2:", nil, false, "1 connections arrived where Atlas reports 2", 6},
		"short, moved, short again":  {"2:a 2: 2:aa 2:a 2:", []string{"a"}, true, "", 5},
		"empty where some are meant": {"5: 5:", []string{}, true, "", 2},
		"smaller pages than asked":   {"3:a 3:b 3:c", []string{"a", "b", "c"}, false, "", 3},
		"smaller pages, uncounted":   {"-:a+ -:b+ -:c", []string{"a", "b", "c"}, false, "", 3},
		"larger pages than asked":    {"3:abc 3:", []string{"a", "b", "c"}, false, "", 2},
		"the same page, counted":     {"9:ab 9:ab 9:ab 9:ab 9:ab 9:ab", nil, false, `"a" arrived more than once`, 6},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPager(2, pagesOf(c.pages)...)
			reads := 0
			fetch := p.fetch
			p.fetch = func(ctx context.Context, pageNum int) (*page, error) {
				reads++
				return fetch(ctx, pageNum)
			}
			listing, err := p.all(t.Context())
			if reads != c.reads {
				t.Errorf("read %d pages, want %d", reads, c.reads)
			}
			moved, ok := errors.AsType[*MovedError](err)
			switch {
			case ok != (c.moved != ""), ok && !strings.Contains(moved.Reason, c.moved), !ok && err != nil:
				t.Errorf("got %v", err)
			case err == nil:
				if diff := cmp.Diff(c.want, namesOf(listing)); diff != "" || listing.IsShort() != c.short {
					t.Errorf("short: %t; names (-want +got):\n%s", listing.IsShort(), diff)
				}
			case listing != nil:
				t.Error("a part of the listing is returned beside the error")
			}
		})
	}
}

func namesOf(listing *Listing) []string {
	got := []string{}
	for _, connection := range listing.Connections {
		got = append(got, *connection.Name)
	}
	return got
}

func TestServersThatNeverEnd(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		count   *int64
		perPage int
		pages   int // that are read
	}{
		"honest count":                {new(int64(1000)), MaxItemsPerPage, 22},
		"honest count, short pages":   {new(int64(1000)), 1, 22},
		"no count":                    {nil, MaxItemsPerPage, 20},
		"no count, short pages":       {nil, 1, 20},
		"zero":                        {new(int64(0)), MaxItemsPerPage, 20},
		"2^31 - 1":                    {new(int64(1<<31 - 1)), MaxItemsPerPage, 50},
		"2^62":                        {new(int64(1 << 62)), MaxItemsPerPage, 50},
		"2^63 - 1":                    {new(int64(1<<63 - 1)), MaxItemsPerPage, 50},
		"2^63 - 1, short pages":       {new(int64(1<<63 - 1)), 1, 70},
		"2^63 - 1, pages without end": {new(int64(1<<63 - 1)), 30_000, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reads := 0
			p := &pager{size: MaxItemsPerPage, clean: CleanText, fetch: func(context.Context, int) (*page, error) {
				reads++
				names := make([]string, c.perPage)
				for i := range names {
					names[i] = fmt.Sprintf("%d-%d", reads, i)
				}
				p := pageNamed(c.count, names...)
				p.hasNext = true
				return p, nil
			}}
			_, err := p.all(t.Context())
			if endless, ok := errors.AsType[*EndlessError](err); !ok || endless.Pages != reads || reads != c.pages {
				t.Errorf("got %v after %d pages", err, reads)
			}
		})
	}
}

func TestServersThatIgnoreThePage(t *testing.T) {
	t.Parallel()
	cases := map[string]sandbox.Answer{"counted": {Page: 1, Times: -1}, "uncounted": {Page: 1, OmitTotalCount: true, Times: -1}}
	inVirtualTime(t, cases, func(t *testing.T, answer sandbox.Answer) {
		s := sandbox.New(orders(1234, answer))
		_, err := read(t.Context(), connect(t, s))
		if _, ok := errors.AsType[*MovedError](err); !ok || len(s.Requests()) != 6 {
			t.Errorf("got %v after %d requests", err, len(s.Requests()))
		}
	})
}

func TestReadingAgainIsLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := sandbox.New(orders(501, sandbox.Answer{Page: 1, Times: -1}))
		if _, err := read(tflogtest.RootLogger(t.Context(), &log), connect(t, s)); err == nil {
			t.Fatal("got no error")
		}
		if got := strings.Count(log.String(), "Reading the listing again from its first page"); got != 2 {
			t.Errorf("logged %d times", got)
		}
	})
}

func TestFailuresOfALaterPageLeaveNoListing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(orders(1234, sandbox.Answer{}, sandbox.Answer{Status: 403}))
		listing, err := read(t.Context(), connect(t, s))
		if status, ok := errors.AsType[*StatusError](err); !ok || status.Status != 403 || listing != nil || len(s.Requests()) != 2 {
			t.Errorf("got %v, %v after %d requests", listing, err, len(s.Requests()))
		}
	})
}

// FuzzPager has a server that is made of the input: each byte is one page, its bits say how many connections it holds,
// whether their names are new, what it counts and whether it links to a next page.
func FuzzPager(f *testing.F) {
	for _, seed := range []string{
		"", "\x02\x01", "\x03\x03\x03\x00", "\x07\x07\x07", "\x0b\x0b", "\x13\x21\x42", "\xff\xfe\x00\x80", "\x01\x01\x01\x01",
	} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, script []byte, size uint8) {
		s := &scriptedServer{script: script}
		p := &pager{size: max(1, int(size)), clean: CleanText, fetch: s.fetch}
		listing, err := p.all(t.Context())
		if most := maxPasses * (int(8)/p.size + 1 + maxExtraPages); s.reads > most {
			t.Fatalf("read %d pages, want %d at most", s.reads, most)
		}
		if err != nil {
			_, moved := errors.AsType[*MovedError](err)
			_, endless := errors.AsType[*EndlessError](err)
			if !moved && !endless || listing != nil {
				t.Fatalf("got %v, %v", listing, err)
			}
			return
		}
		if diff := cmp.Diff(s.pass, namesOf(listing)); diff != "" {
			t.Fatalf("what was served last is not what is returned (-served +returned):\n%s", diff)
		}
		if _, repeated := (names{}).add(listing.Connections); repeated {
			t.Fatal("a name is returned twice")
		}
		if s.last.hasNext && len(s.last.connections) > 0 || len(s.last.connections) >= p.size {
			t.Fatal("the last page that was read has a successor")
		}
		if listing.IsShort() && s.passes < 2 {
			t.Fatal("a short listing was read once")
		}
	})
}

type scriptedServer struct {
	script        []byte
	reads, passes int
	pass          []string // what this pass has served
	last          *page
}

func (s *scriptedServer) fetch(_ context.Context, pageNum int) (*page, error) {
	if pageNum == 1 {
		s.passes++
		s.pass = []string{}
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
	s.pass = append(s.pass, got...)
	s.last = pageNamed(reported, got...)
	s.last.hasNext = b&16 != 0
	return s.last, nil
}
