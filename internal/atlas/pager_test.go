package atlas

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

func TestOnePageHoldsEachNameOnce(t *testing.T) {
	t.Parallel()
	_, err := newPager(10, pageNamed(nil, "a", "b", "a")).page(1)
	if content, ok := errors.AsType[*transport.ContentError](err); !ok || !strings.Contains(content.Reason, `"a"`) {
		t.Errorf("got %v", err)
	}
}

// pageNamed returns a page of connections with the given names.
func pageNamed(count *int64, names ...string) *page {
	p := &page{totalCount: count, results: []*Resource{}}
	for _, name := range names {
		connection := &Resource{}
		connection.Name = name
		p.results = append(p.results, connection)
	}
	return p
}

// pagesOf returns a page for each word, such as "3:ab+": the count or a dash, the names, and a plus sign if the page links to
// the next one or a period if it links only to itself.
func pagesOf(words string) []*page {
	var pages []*page
	for word := range strings.FieldsSeq(words) {
		reported, names, _ := strings.Cut(word, ":")
		var number *int64
		if n, err := strconv.ParseInt(reported, 10, 64); err == nil {
			number = &n
		}
		names, linked := strings.CutSuffix(names, "+")
		names, alone := strings.CutSuffix(names, ".")
		p := pageNamed(number, strings.Split(names, "")...)
		p.hasNext, p.hasSelf = linked, linked || alone
		pages = append(pages, p)
	}
	return pages
}

// newPager returns a pager that fetches the given pages one after another, and then empty ones.
func newPager(size int, pages ...*page) *pager {
	return &pager{most: MaxListing, size: size, noun: "connection", clean: transport.CleanText,
		fetch: func(int) (*page, error) {
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
		pages string // for pagesOf, with at most two connections each
		want  []string
		short bool
		moved string // part of the error
		reads int
	}{
		"a name twice, once":          {"3:ab 3:b 3:ab 3:c", []string{"a", "b", "c"}, false, "", 4},
		"a name twice, in a page":     {"2:aa 2:ab 2:", []string{"a", "b"}, false, "", 3},
		"a name twice, always":        {"2:aa 2:bb 2:cc", nil, false, `"c" arrived more than once`, 3},
		"shrinks":                     {"3:ab 2: 2:ac 2:", []string{"a", "c"}, false, "", 4},
		"shrinks unseen":              {"3:ab 3: 2:ac 2:", []string{"a", "c"}, false, "", 4},
		"grows":                       {"2:ab 3:c 3:ab 3:c", []string{"a", "b", "c"}, false, "", 4},
		"grows beyond the count":      {"2:ab 2:c", []string{"a", "b", "c"}, false, "", 2},
		"count comes and goes":        {"3:ab -:c 3:ab 3:c", []string{"a", "b", "c"}, false, "", 4},
		"count never the same":        {"3:ab 2:c 2:ab 3:c -:ab 5:c", nil, false, "another number", 6},
		"short, but stable":           {"5:ab 5:c 5: 5:ab 5:c 5:", []string{"a", "b", "c"}, true, "", 6},
		"short, but of another count": {"3:a 3: 5:a 5: 5:a 5:", []string{"a"}, true, "", 6},
		"short, in another order":     {"3:ab 3: 3:ba 3:", []string{"b", "a"}, true, "", 4},
		"short, then whole":           {"2:a 2: 2:ab 2:", []string{"a", "b"}, false, "", 4},
		"short, never the same":       {"2:a 2: 2:b 2: 2:c 2:", nil, false, "1 connections arrived, but Atlas reports 2", 6},
		"short, moved, short again":   {"2:a 2: 2:aa 2:a 2:", []string{"a"}, true, "", 5},
		"empty where some are meant":  {"5: 5:", []string{}, true, "", 2},
		"smaller pages than asked":    {"3:a 3:b 3:c", []string{"a", "b", "c"}, false, "", 3},
		"smaller pages, uncounted":    {"-:a+ -:b+ -:c", []string{"a", "b", "c"}, false, "", 3},
		"full, without a next page":   {"2:ab.", []string{"a", "b"}, false, "", 1},
		"full, with a next page":      {"2:ab+ 2:", []string{"a", "b"}, false, "", 2},
		"full, without any link":      {"2:ab 2:", []string{"a", "b"}, false, "", 2},
		"full, uncounted":             {"-:ab. -:", []string{"a", "b"}, false, "", 2},
		"full, below the count":       {"3:ab. 3:c.", []string{"a", "b", "c"}, false, "", 2},
		"larger pages than asked":     {"3:abc 3:", []string{"a", "b", "c"}, false, "", 2},
		"the same page, counted":      {"9:ab 9:ab 9:ab 9:ab 9:ab 9:ab", nil, false, `"a" arrived more than once`, 6},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPager(2, pagesOf(c.pages)...)
			reads := 0
			fetch := p.fetch
			p.fetch = func(pageNum int) (*page, error) {
				reads++
				return fetch(pageNum)
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
	for _, connection := range listing.Results {
		got = append(got, connection.Name)
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
		"honest count":                {new(int64(1000)), MaxItemsPerPage, 51},
		"honest count, short pages":   {new(int64(1000)), 1, 70},
		"no count":                    {nil, MaxItemsPerPage, 51},
		"no count, short pages":       {nil, 1, 70},
		"zero":                        {new(int64(0)), MaxItemsPerPage, 51},
		"2^31 - 1":                    {new(int64(1<<31 - 1)), MaxItemsPerPage, 51},
		"2^62":                        {new(int64(1 << 62)), MaxItemsPerPage, 51},
		"2^63 - 1":                    {new(int64(1<<63 - 1)), MaxItemsPerPage, 51},
		"2^63 - 1, short pages":       {new(int64(1<<63 - 1)), 1, 70},
		"2^63 - 1, pages without end": {new(int64(1<<63 - 1)), 30_000, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reads := 0
			p := &pager{most: MaxListing, size: MaxItemsPerPage, clean: transport.CleanText, fetch: func(int) (*page, error) {
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

func TestHonestListingsOfAnySizeAreRead(t *testing.T) {
	t.Parallel()
	few := new(int64(5))
	for name, c := range map[string]struct {
		connections, size int
		count             *int64
	}{
		"the largest":                    {MaxListing, MaxItemsPerPage, new(int64(MaxListing))},
		"the largest, uncounted":         {MaxListing, MaxItemsPerPage, nil},
		"one a page":                     {60, 1, new(int64(60))},
		"one a page, uncounted":          {60, 1, nil},
		"one a page, far more than that": {60, 1, few},
		"far more than counted":          {10_000, MaxItemsPerPage, few},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := make([]string, c.connections)
			for i := range all {
				all[i] = fmt.Sprint(i)
			}
			p := &pager{most: MaxListing, size: c.size, clean: transport.CleanText, fetch: func(pageNum int) (*page, error) {
				from := min((pageNum-1)*c.size, len(all))
				return pageNamed(c.count, all[from:min(from+c.size, len(all))]...), nil
			}}
			listing, err := p.all(t.Context())
			if err != nil || len(listing.Results) != c.connections {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestServersThatIgnoreThePage(t *testing.T) {
	t.Parallel()
	cases := map[string]sandbox.Answer{"counted": {Page: 1, Times: -1}, "uncounted": {Page: 1, OmitTotalCount: true, Times: -1}}
	eachOperation(t, cases, func(t *testing.T, list operation, answer sandbox.Answer) {
		s := sandbox.New(list.data(1234, answer))
		_, err := list.read(t.Context(), connect(t, s), request())
		if _, ok := errors.AsType[*MovedError](err); !ok || len(s.Requests()) != 6 {
			t.Errorf("got %v after %d requests", err, len(s.Requests()))
		}
	})
}

func TestReadingAgainIsLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := sandbox.New(virtual.Data(501, sandbox.Answer{Page: 1, Times: -1}))
		if _, err := read(tflogtest.RootLogger(t.Context(), &log), connect(t, s)); err == nil {
			t.Fatal("got no error")
		}
		if got := strings.Count(log.String(), "Reading the listing again from its first page"); got != 2 {
			t.Errorf("logged %d times", got)
		}
	})
}
