package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestListingsArriveWhole(t *testing.T) {
	t.Parallel()
	// The number of results and that of requests. A page of 100 or 500 may be full, and several pages are read twice. So is a full
	// page without a count, after which another one may have been lost.
	cases := map[string][2]int{
		"none": {0, 1}, "one": {1, 1}, "99": {99, 1}, "100": {100, 2}, "499": {499, 1}, "500": {500, 2}, "501": {501, 4}, "1000": {1000, 6},
		"1234": {1234, 6},
	}
	for _, counted := range []bool{true, false} {
		t.Run(fmt.Sprintf("counted %t", counted), func(t *testing.T) {
			t.Parallel()
			eachOperation(t, cases, func(t *testing.T, list listOperation, c [2]int) {
				if !counted && c[1] == 2 {
					c[1] = 4
				}
				s := sandbox.New(list.data(c[0], sandbox.Answer{OmitTotalCount: !counted, Times: -1}))
				start := time.Now()
				listing, err := list.read(t.Context(), connect(t, s), request())
				if err != nil {
					t.Fatal(err)
				}
				for i, result := range listing.Results {
					if want := fmt.Sprintf("connection-%05d", i); result.Name != want {
						t.Fatalf("got %s, want %s", result.Name, want)
					}
				}
				if got := len(s.Requests()); len(listing.Results) != c[0] || got != c[1] || listing.Results == nil || time.Since(start) != 0 {
					t.Errorf("got %d results in %d requests and %s", len(listing.Results), got, time.Since(start))
				}
				if counted != (listing.TotalCount != nil) || counted && *listing.TotalCount != int64(c[0]) || listing.IsShort() {
					t.Errorf("got the count %v", listing.TotalCount)
				}
			})
		})
	}
}

// The count is an estimate.
func TestListingsLongerThanTheirCountArriveWhole(t *testing.T) {
	t.Parallel()
	eachOperation(t, map[string]int{"by one": 500, "by all": 0}, func(t *testing.T, list listOperation, count int) {
		s := sandbox.New(list.data(501, sandbox.Answer{TotalCount: &count, Times: -1}))
		listing, err := list.read(t.Context(), connect(t, s), request())
		if err != nil || len(listing.Results) != 501 || *listing.TotalCount != int64(count) || len(s.Requests()) != 4 {
			t.Errorf("got %v, %v in %d requests", listing, err, len(s.Requests()))
		}
	})
}

func TestLinksHaveNoOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := sandbox.Answer{Body: new(`{"results":[{"name":"a"}],"links":[{"rel":"previous"},{"rel":"next"},{"rel":"self"}]}`)}
		second := sandbox.Answer{Body: new(`{"results":[{"name":"b"}],"links":"next"}`)} // links of another shape do not matter
		s := sandbox.New(virtual.Data(3, first, second, first, second))
		listing, err := read(t.Context(), connect(t, s))
		if err != nil || len(listing.Results) != 2 || len(s.Requests()) != 4 {
			t.Errorf("got %v, %v in %d requests", listing, err, len(s.Requests()))
		}
	})
}

func TestOnePageIsReadAlone(t *testing.T) {
	t.Parallel()
	cases := map[string][3]int{ // page number, first connection, and number of connections
		"first": {1, 0, 500}, "second": {2, 500, 500}, "last": {3, 1000, 234}, "beyond the last": {4, 0, 0}, "far beyond": {1 << 30, 0, 0},
	}
	eachOperation(t, cases, func(t *testing.T, list listOperation, c [3]int) {
		s := sandbox.New(list.data(1234))
		r := request()
		r.PageNum = c[0]
		listing, err := list.read(t.Context(), connect(t, s), r)
		if err != nil || len(listing.Results) != c[2] || *listing.TotalCount != 1234 || listing.Results == nil || len(s.Requests()) != 1 {
			t.Fatalf("got %v, %v in %d requests", listing, err, len(s.Requests()))
		}
		if c[2] > 0 && listing.Results[0].Name != fmt.Sprintf("connection-%05d", c[1]) {
			t.Errorf("got %s first", listing.Results[0].Name)
		}
	})
}

func TestFailuresOfALaterPageLeaveNoListing(t *testing.T) {
	t.Parallel()
	cases := map[string]sandbox.Answer{"forbidden": {Status: 403}, "not found": {Status: 404, ErrorCode: "GROUP_NOT_FOUND"}}
	eachOperation(t, cases, func(t *testing.T, list listOperation, answer sandbox.Answer) {
		s := sandbox.New(list.data(1234, sandbox.Answer{}, answer))
		listing, err := list.read(t.Context(), connect(t, s), request())
		if failure, ok := ofKind(err, Refused); !ok || failure.Status != answer.Status || listing != nil || len(s.Requests()) != 2 {
			t.Errorf("got %v, %v after %d requests", listing, err, len(s.Requests()))
		}
	})
}

// pageNamed returns the JSON of a page of connections with the given names, which links to a next page if linked.
func pageNamed(count *int64, linked bool, names ...string) []byte {
	p := map[string]any{"results": []any{}}
	if count != nil {
		p["totalCount"] = *count
	}
	if linked {
		p["links"] = []any{map[string]string{"rel": "next"}}
	}
	results := make([]any, len(names))
	for i, name := range names {
		results[i] = map[string]string{"name": name}
	}
	p["results"] = results
	encoded, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	return encoded
}

// pagesOf returns a page for each word, such as "3:ab+": the count or a dash, the names, and a plus sign if the page links to
// the next one.
func pagesOf(words string) [][]byte {
	var pages [][]byte
	for word := range strings.FieldsSeq(words) {
		reported, names, _ := strings.Cut(word, ":")
		var number *int64
		if n, err := strconv.ParseInt(reported, 10, 64); err == nil {
			number = &n
		}
		names, linked := strings.CutSuffix(names, "+")
		pages = append(pages, pageNamed(number, linked, strings.Split(names, "")...))
	}
	return pages
}

// newPager returns a pager of the JSON that fetch returns, and the number of pages that it has read.
func newPager(size int, fetch func(pageNum int) []byte) (p *pager, reads *int) {
	reads = new(int)
	return &pager{most: MaxListing, mostBytes: maxListingBytes, size: size, noun: "connection", clean: CleanText, succeed: func() {},
		fetch: func(pageNum int) ([]byte, error) {
			*reads++
			return fetch(pageNum), nil
		}}, reads
}

// serve returns a function that returns the pages one after another, and then empty ones.
func serve(pages ...[]byte) func(int) []byte {
	return func(int) []byte {
		if len(pages) == 0 {
			return pageNamed(nil, false)
		}
		next := pages[0]
		pages = pages[1:]
		return next
	}
}

func namesOf(listing *Listing) []string {
	got := []string{}
	for _, connection := range listing.Results {
		got = append(got, connection.Name)
	}
	return got
}

func TestListingsThatChange(t *testing.T) {
	t.Parallel()
	type testCase struct {
		pages   string // for pagesOf, with at most two connections each; those of each pass
		want    []string
		short   bool
		changed string // part of the error
		reads   int
		waits   bool // whether something was missing
	}
	abc := []string{"a", "b", "c"}
	cases := map[string]testCase{
		"a name twice, once":          {"3:ab 3:b   3:ab 3:c   3:ab 3:c", abc, false, "", 6, true},
		"a name twice, in a page":     {"2:aa   2:ab 2:   2:ab 2:", []string{"a", "b"}, false, "", 5, true},
		"a name twice, always":        {"2:aa   2:bb   2:cc   2:dd", nil, false, `The connection "d" arrived more than once.`, 4, true},
		"a name twice, at the end":    {"-:ab -:c   -:ab -:cc   -:ab -:c   -:ab -:c", abc, false, "", 8, false},
		"shrinks":                     {"3:ab 2:   2:ac 2:   2:ac 2:", []string{"a", "c"}, false, "", 6, true},
		"shrinks unseen":              {"3:ab 3:   2:ac 2:   2:ac 2:", []string{"a", "c"}, false, "", 6, true},
		"grows":                       {"2:ab 3:c   3:ab 3:c", abc, false, "", 4, false},
		"count comes and goes":        {"3:ab -:c   3:ab 3:c", abc, false, "", 4, false},
		"count never the same":        {"3:ab 2:c   2:ab 3:c", abc, false, "", 4, false},
		"short, but stable":           {"5:ab 5:c 5:   5:ab 5:c 5:", abc, true, "", 6, true},
		"short, but of another count": {"3:a 3:   5:a 5:", []string{"a"}, true, "", 4, true},
		"short, never the same":       {"2:a 2:   2:b 2:   2:c 2:   2:d 2:", nil, false, "1 connections arrived, but Atlas reports 2.", 8, true},
		"short, moved, short again":   {"2:a 2:   2:aa   2:a 2:   2:a 2:", []string{"a"}, true, "", 7, true},
		"short, and then whole":       {"2:a 2:   2:ab 2:   2:ab 2:", []string{"a", "b"}, false, "", 6, true},
		"empty where some are meant":  {"5:   5:", []string{}, true, "", 2, true},
		"never the same":              {"3:ab 3:c   3:ab 3:d   3:ab 3:e   3:ab 3:f", nil, false, "Two readings returned different", 8, false},
		"smaller pages than asked":    {"3:a 3:b 3:c   3:a 3:b 3:c", abc, false, "", 6, false},
		"smaller pages, uncounted":    {"-:a+ -:b+ -:c   -:a+ -:b+ -:c", abc, false, "", 6, false},
		"full, with a next page":      {"2:ab+ 2:   2:ab+ 2:", []string{"a", "b"}, false, "", 4, false},
		"deleted, with a next page":   {"2:ab+ 2:   2:bc 2:   2:bc 2:", []string{"b", "c"}, false, "", 6, false},
		"full, without any link":      {"2:ab 2:", []string{"a", "b"}, false, "", 2, false},
		"full, uncounted":             {"-:ab -:   -:ab -:", []string{"a", "b"}, false, "", 4, false},
		"deleted, uncounted":          {"-:ab -:   -:bc -:   -:bc -:", []string{"b", "c"}, false, "", 6, false},
		"full, and counted too low":   {"2:ab 2:c   2:ab 2:c", abc, false, "", 4, false},
		"full, below the count":       {"3:ab 3:c   3:ab 3:c", abc, false, "", 4, false},
		"larger pages than asked":     {"3:abc 3:", abc, false, "", 2, false},
		"the same page, counted":      {"9:ab 9:ab   9:ab 9:ab   9:ab 9:ab   9:ab 9:ab", nil, false, `"a" arrived more than once`, 8, true},
		"empty, with a next page":     {"-:+ -:a   -:+ -:a", []string{"a"}, false, "", 4, false},
		"empty between others":        {"3:ab+ 3:+ 3:c   3:ab+ 3:+ 3:c", abc, false, "", 6, false},
		"empty, and then the end":     {"-:a+ -:+ -:   -:a+ -:+ -:", []string{"a"}, false, "", 6, false},
		"deleted and created between": {"3:ab 3:d   3:bc 3:d   3:bc 3:d", []string{"b", "c", "d"}, false, "", 6, false},
		"another order":               {"3:ab 3:c   3:ca 3:b", []string{"c", "a", "b"}, false, "", 4, false},
	}
	virtual.Each(t, cases, func(t *testing.T, c testCase) {
		p, reads := newPager(2, serve(pagesOf(c.pages)...))
		start := time.Now()
		listing, err := p.all(t.Context())
		if *reads != c.reads {
			t.Errorf("read %d pages, want %d", *reads, c.reads)
		}
		if took := time.Since(start); c.waits != (took == settleTime) || !c.waits && took != 0 {
			t.Errorf("took %s", took)
		}
		failure, ok := ofKind(err, Changed)
		switch {
		case ok != (c.changed != ""), ok && !strings.Contains(failure.Detail, c.changed), !ok && err != nil:
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

// An empty page is not the end if it links to a next one, as a filter of the server leaves it.
func TestEmptyPagesThatLinkToTheNextOneAreNoEnd(t *testing.T) {
	t.Parallel()
	for _, empty := range []int{1, maxEmptyPages} {
		p, reads := newPager(2, func(pageNum int) []byte {
			if (pageNum-1)%(empty+1) < empty {
				return pageNamed(nil, true)
			}
			return pageNamed(nil, pageNum <= empty+1, fmt.Sprint(pageNum))
		})
		listing, err := p.all(t.Context())
		if err != nil || len(listing.Results) != 2 || *reads != 4*(empty+1) {
			t.Errorf("got %v after %d pages", err, *reads)
		}
	}
}

func TestEmptyPagesWithoutEndAreRefused(t *testing.T) {
	t.Parallel()
	p, reads := newPager(2, func(int) []byte { return pageNamed(nil, true) })
	listing, err := p.all(t.Context())
	if _, ok := ofKind(err, TooLarge); !ok || listing != nil || *reads != maxEmptyPages+1 {
		t.Errorf("got %v, %v after %d pages", listing, err, *reads)
	}
}

// The count is an estimate, and who computes the link to the next page from an estimate leaves it out.
func TestFullPagesAskForTheNextOneWhateverTheCount(t *testing.T) {
	t.Parallel()
	for name, count := range map[string]*int64{"none": nil, "zero": new(int64(0)), "of the page": new(int64(500)), "right": new(int64(501))} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, reads := newPager(MaxItemsPerPage, paged(numbered(501), MaxItemsPerPage, count))
			listing, err := p.all(t.Context())
			if err != nil || len(listing.Results) != 501 || *reads != 4 {
				t.Errorf("got %v after %d pages", err, *reads)
			}
		})
	}
}

// numbered returns n names.
func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

// paged returns a function that returns the pages of names, without links.
func paged(names []string, size int, count *int64) func(pageNum int) []byte {
	return func(pageNum int) []byte {
		from := min((pageNum-1)*size, len(names))
		return pageNamed(count, false, names[from:min(from+size, len(names))]...)
	}
}

// Atlas's reads lag behind its writes by seconds. A second pass that starts at once is the same as the first.
func TestListingsThatLagAreReadAgainAfterTwoSeconds(t *testing.T) {
	t.Parallel()
	cases := map[string]time.Duration{"a moment": time.Millisecond, "two seconds": 2 * time.Second, "longer": 2*time.Second + 1}
	virtual.Each(t, cases, func(t *testing.T, lag time.Duration) {
		start := time.Now()
		p, _ := newPager(MaxItemsPerPage, func(pageNum int) []byte {
			names := []string{"a", "b"}
			if time.Since(start) < lag {
				names = names[:1]
			}
			return paged(names, MaxItemsPerPage, new(int64(2)))(pageNum)
		})
		listing, err := p.all(t.Context())
		if late := lag > settleTime; err != nil || listing.IsShort() != late || time.Since(start) != settleTime {
			t.Errorf("got %v, %v after %s", listing, err, time.Since(start))
		}
	})
}

func TestReadsThatEndWhileAListingSettlesFail(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		p, reads := newPager(2, paged([]string{"a"}, 2, new(int64(2))))
		start := time.Now()
		listing, err := p.all(ctx) // waits for half of the time that is left
		if err != nil || !listing.IsShort() || time.Since(start) != time.Second/2 || *reads != 4 {
			t.Errorf("got %v, %v after %s and %d pages", listing, err, time.Since(start), *reads)
		}
		cancel()
		_, err = p.all(ctx)
		if failure, ok := ofKind(err, Ended); !ok || failure.Phase != Waiting {
			t.Errorf("got %v", err)
		}
	})
}

// A deletion moves what follows to an earlier page. A creation at the end makes up for it in the count.
func TestNothingIsLostIfAConnectionIsDeletedAndAnotherCreatedBetweenTwoPages(t *testing.T) {
	t.Parallel()
	names := numbered(900)
	p, reads := newPager(MaxItemsPerPage, nil)
	p.fetch = func(pageNum int) ([]byte, error) {
		if *reads++; *reads == 2 {
			names = append(slices.Delete(slices.Clone(names), 3, 4), "new")
		}
		return paged(names, MaxItemsPerPage, new(int64(len(names))))(pageNum), nil
	}
	listing, err := p.all(t.Context())
	if err != nil || *reads != 6 {
		t.Fatalf("got %v after %d pages", err, *reads)
	}
	if diff := cmp.Diff(names, namesOf(listing)); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestPagesThatAServerCapsAt100AreRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		connections int
		count       *int64
	}{
		"7,100": {7100, new(int64(7100))}, "7,100, uncounted": {7100, nil}, "7,100, counted too low": {7100, new(int64(100))},
		"7,123": {7123, nil}, "100": {100, nil}, "the largest": {MaxListing, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := newPager(MaxItemsPerPage, paged(numbered(c.connections), cappedPage, c.count))
			listing, err := p.all(t.Context())
			if err != nil || len(listing.Results) != c.connections {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestServersThatNeverEnd(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		count   *int64
		perPage int
		pages   int // that are read
	}{
		"honest count":                {new(int64(1000)), MaxItemsPerPage, 51},
		"honest count, short pages":   {new(int64(1000)), 25, 1001},
		"no count":                    {nil, MaxItemsPerPage, 51},
		"no count, short pages":       {nil, 25, 1001},
		"zero":                        {new(int64(0)), MaxItemsPerPage, 51},
		"2^31 - 1":                    {new(int64(1<<31 - 1)), MaxItemsPerPage, 51},
		"2^62":                        {new(int64(1 << 62)), MaxItemsPerPage, 51},
		"2^63 - 1":                    {new(int64(1<<63 - 1)), MaxItemsPerPage, 51},
		"2^63 - 1, short pages":       {new(int64(1<<63 - 1)), 25, 1001},
		"2^63 - 1, pages without end": {new(int64(1<<63 - 1)), 30_000, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, reads := newPager(MaxItemsPerPage, func(pageNum int) []byte {
				names := make([]string, c.perPage)
				for i := range names {
					names[i] = fmt.Sprintf("%d-%d", pageNum, i)
				}
				return pageNamed(c.count, true, names...)
			})
			listing, err := p.all(t.Context())
			if _, ok := ofKind(err, TooLarge); !ok || listing != nil || *reads != c.pages {
				t.Errorf("got %v after %d pages", err, *reads)
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
		"the largest, in one page":       {MaxListing, MaxListing, nil},
		"one a page":                     {60, 1, new(int64(60))},
		"one a page, uncounted":          {60, 1, nil},
		"one a page, far more than that": {60, 1, few},
		"far more than counted":          {10_000, MaxItemsPerPage, few},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := newPager(c.size, paged(numbered(c.connections), c.size, c.count))
			listing, err := p.all(t.Context())
			if err != nil || len(listing.Results) != c.connections {
				t.Errorf("got %v", err)
			}
		})
	}
}

// The last page counts too, and the only one.
//
//nolint:paralleltest // other tests would allocate as well
func TestPagesThatAreTooLargeAreRefusedBeforeTheyAreBuilt(t *testing.T) {
	huge := []byte(`{"results":[` + strings.Repeat(`{"name":"a"},`, 400_000-1) + `{"name":"a"}]}`)
	for name, c := range map[string]struct {
		pages [][]byte
		page  int
		reads int
	}{
		"the only page of a listing":    {[][]byte{huge}, 0, 1},
		"the last page of a listing":    {[][]byte{pageNamed(nil, false, "1", "2"), huge}, 0, 2},
		"the only page that is read":    {[][]byte{huge}, 7, 1},
		"one more than a listing has":   {[][]byte{pageNamed(nil, false, numbered(MaxListing+1)...)}, 0, 1},
		"one more, in the page asked":   {[][]byte{pageNamed(nil, false, numbered(MaxListing+1)...)}, 1, 1},
		"one more, on the last page":    {[][]byte{pageNamed(nil, true, numbered(MaxListing)...), pageNamed(nil, false, "last")}, 0, 2},
		"an unreadable one, which is 2": {[][]byte{pageNamed(nil, true, "1"), []byte(strings.ReplaceAll(string(huge), "name", "NAME"))}, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			p, reads := newPager(2, serve(c.pages...))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			var listing *Listing
			var err error
			if c.page > 0 {
				listing, err = p.page(c.page)
			} else {
				listing, err = p.all(t.Context())
			}
			runtime.ReadMemStats(&after)
			if failure, ok := ofKind(err, TooLarge); !ok || listing != nil || *reads != c.reads || !strings.Contains(failure.Detail, "25000") {
				t.Errorf("got %v, %v after %d pages", listing, err, *reads)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 100<<20 { // to build 400,000 resources takes more
				t.Errorf("took %d MiB", took>>20)
			}
		})
	}
}

func TestListingsOfTooManyBytesAreRefused(t *testing.T) {
	t.Parallel()
	large := func(pageNum int) []byte {
		return fmt.Appendf(nil, `{"results":[{"name":"%d","x":%q}],"links":[{"rel":"next"}]}`, pageNum, strings.Repeat("x", 1000))
	}
	p, reads := newPager(2, large)
	p.mostBytes = 10_000
	listing, err := p.all(t.Context())
	if _, ok := ofKind(err, TooLarge); !ok || listing != nil || *reads != 10 {
		t.Errorf("got %v, %v after %d pages", listing, err, *reads)
	}
	p.mostBytes = 1000
	if _, err := p.page(1); !errors.As(err, new(*Error)) {
		t.Errorf("got %v", err)
	}
}

// A connection that Atlas fails over to has the name of its primary.
func TestConnectionsOfOneNameAndDifferentIDsAreBothReturned(t *testing.T) {
	t.Parallel()
	const two = `{"results":[{"id":"1","name":"orders","region":"A"},{"id":"2","name":"orders","region":"B"}],"totalCount":2}`
	virtual.Each(t, map[string]int{"all": 0, "one page": 1}, func(t *testing.T, pageNum int) {
		s := sandbox.New(virtual.Data(0, sandbox.Answer{Body: new(two), Times: -1}))
		r := request()
		r.PageNum = pageNum
		listing, err := connect(t, s).ListStreamConnections(t.Context(), r)
		if err != nil || len(s.Requests()) != 1 {
			t.Fatalf("got %v after %d requests", err, len(s.Requests()))
		}
		got := []string{}
		for _, connection := range listing.Results {
			got = append(got, connection.ID+" "+connection.Name)
		}
		if diff := cmp.Diff([]string{"1 orders", "2 orders"}, got); diff != "" {
			t.Errorf("IDs and names (-want +got):\n%s", diff)
		}
	})
}

func TestOnePageContainsEachResourceOnce(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{
		`{"results":[{"name":"a"},{"name":"b"},{"name":"a"}]}`:                   `contains the connection "a" more than once`,
		`{"results":[{"name":"a","id":"1"},{"name":"b","id":"1"}]}`:              `contains the connection "b" more than once`,
		`{"results":[{"_id":"1"},{"_id":"1"}]}`:                                  `contains the connection "1" more than once`,
		`{"results":[{"name":"a","id":"1"},{"name":"a","id":"2"},{"name":"a"}]}`: "",
		`{"results":[{"name":"1"},{"name":"a","id":"1"},{"_id":"2"}]}`:           "",
	} {
		p, _ := newPager(10, serve([]byte(page)))
		_, err := p.page(1)
		if failure, ok := ofKind(err, Unexpected); ok != (want != "") || ok && failure.Detail != want || !ok && err != nil {
			t.Errorf("%s: got %v", page, err)
		}
	}
}

func TestServersThatIgnoreThePage(t *testing.T) {
	t.Parallel()
	cases := map[string]sandbox.Answer{"counted": {Page: 1, Times: -1}, "uncounted": {Page: 1, OmitTotalCount: true, Times: -1}}
	eachOperation(t, cases, func(t *testing.T, list listOperation, answer sandbox.Answer) {
		s := sandbox.New(list.data(1234, answer))
		_, err := list.read(t.Context(), connect(t, s), request())
		if _, ok := ofKind(err, Changed); !ok || len(s.Requests()) != 2*maxPasses {
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
		if got := strings.Count(log.String(), "Reading the listing again from its first page"); got != maxPasses-1 {
			t.Errorf("logged %d times", got)
		}
	})
}

func TestUnknownFieldsPass(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const raw = `{"name":"a","type":"Neptune","new":{"deep":[1,2.5,null]},"authentication":{"newer":true}}`
		body := `{"new":[],"results":[` + raw + `],"links":[{"rel":"self","x":1}],"totalCount":null}`
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Body: &body}))
		listing, err := read(t.Context(), connect(t, s))
		if err != nil || len(listing.Results) != 1 || listing.TotalCount != nil {
			t.Fatalf("got %v, %v", listing, err)
		}
		if diff := cmp.Diff(raw, string(listing.Results[0].Raw)); diff != "" || listing.Results[0].Type != "Neptune" {
			t.Errorf("the connection as it came (-want +got):\n%s", diff)
		}
	})
}

// What a resource is listed at, and what its request says.
func TestEachListIsRequestedAtItsPath(t *testing.T) {
	t.Parallel()
	const project = "/api/atlas/v2/groups/" + virtual.ProjectID + "/streams"
	want := map[string]string{
		"connections":   project + "/orders/connections?itemsPerPage=500&pageNum=1",
		"connection":    project + "/orders/connections/a",
		"instances":     project + "?itemsPerPage=500&pageNum=1",
		"processors":    project + "/orders/processors?includeCount=true&itemsPerPage=500&pageNum=1",
		"private links": project + "/privateLinkConnections?itemsPerPage=500&pageNum=1",
	}
	for what, read := range everyRead {
		var got string
		client := connectBy(t, nil)
		client.base.RegisterProtocol("http", roundTripper(func(req *http.Request) (*http.Response, error) {
			got = req.URL.RequestURI()
			return nil, io.ErrClosedPipe
		}))
		if _, err := read(t.Context(), client); err == nil {
			t.Error("got no error")
		}
		if diff := cmp.Diff(want[what], got); diff != "" {
			t.Errorf("request of %s (-want +got):\n%s", what, diff)
		}
	}
}

// The pages say that a listing fails after four readings that differ. The last two are the same here.
func TestListingsWhoseLastTwoReadingsAgreeAreReturned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		readings := []struct {
			last  string
			count int
			pages int // one more if it asks for what is missing
		}{{"c", 3, 2}, {"d", 3, 2}, {"e", 3, 2}, {"e", 4, 3}}
		var answers []sandbox.Answer
		for _, r := range readings {
			results := []json.RawMessage{[]byte(`{"name":"a"}`), []byte(`{"name":"b"}`), fmt.Appendf(nil, `{"name":%q}`, r.last)}
			answers = append(answers, sandbox.Answer{Results: results, TotalCount: &r.count, Times: r.pages})
		}
		two := request()
		two.ItemsPerPage = 2
		listing, err := connect(t, sandbox.New(virtual.Data(0, answers...))).ListStreamConnections(t.Context(), two)
		if err != nil || len(listing.Results) != 3 || listing.Results[2].Name != "e" || !listing.IsShort() {
			t.Errorf("got %v, %v", listing, err)
		}
	})
}
