package atlas

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
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
		s := &scriptedServer{script: script}
		p := &pager{size: max(1, int(size)), most: 20, clean: transport.CleanText, fetch: s.fetch}
		listing, err := p.all(t.Context())
		if most := maxPasses * (p.most/p.size + maxExtraPages); s.reads > most {
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
		if _, repeated := (names{}).add(listing.Results); repeated {
			t.Fatal("a name is returned twice")
		}
		if s.last.hasNext && len(s.last.results) > 0 || len(s.last.results) >= p.size {
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
	pass          []string // what the current pass has served
	last          *page
}

func (s *scriptedServer) fetch(pageNum int) (*page, error) {
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
