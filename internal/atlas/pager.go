package atlas

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

const (
	// maxPasses is how often a listing that changes while it is read is read in all.
	maxPasses = 3
	// MaxListing is the largest listing that is read, in connections. It bounds what a server can cost that never ends,
	// whatever estimate it gives.
	MaxListing = 25_000
	// maxExtraPages is how many pages more than those of the largest listing are read of a server that makes its pages
	// smaller than it was asked to.
	maxExtraPages = 20
)

// pager puts a listing together from its pages.
type pager struct {
	// fetch reads one page; pages count from 1.
	fetch func(ctx context.Context, pageNum int) (*page, error)
	// size is how many connections a page holds at most.
	size int
	// most is how many connections a listing may have.
	most int
	// noun is what is listed, such as "connection".
	noun string
	// clean makes a name fit to show.
	clean func(string) string
}

// page reads one page alone.
func (p *pager) page(ctx context.Context, pageNum int) (*Listing, error) {
	got, err := p.fetch(ctx, pageNum)
	if err != nil {
		return nil, err
	}
	if name, ok := (names{}).add(got.results); ok {
		return nil, &transport.ContentError{Reason: fmt.Sprintf("contains the %s %q more than once", p.noun, p.clean(name))}
	}
	return &Listing{Results: got.results, TotalCount: got.totalCount}, nil
}

// all reads every page. Pages are cut from a listing that may change between two requests, so it reads again from the
// first page where a pass does not add up. A pass that is short of Atlas's estimate, twice in the same way, is the whole
// listing: the count is documented as an estimate.
func (p *pager) all(ctx context.Context) (*Listing, error) {
	var short *Listing
	for passes := 1; ; passes++ {
		listing, err := p.pass(ctx)
		if err == nil && listing.IsShort() {
			if short != nil && sameCount(short.TotalCount, listing.TotalCount) && sameNames(short, listing) {
				return listing, nil
			}
			short = listing
			err = &MovedError{Reason: fmt.Sprintf("%d %ss arrived, but Atlas reports %d", len(listing.Results), p.noun, *listing.TotalCount)}
		}
		if _, moved := errors.AsType[*MovedError](err); !moved {
			return listing, err
		}
		if passes == maxPasses {
			return nil, err
		}
		tflog.Warn(ctx, "Reading the listing again from its first page", map[string]any{"reason": err.Error()})
	}
}

// pass reads the pages in order, once, until one is the last or empty.
func (p *pager) pass(ctx context.Context) (*Listing, error) {
	listing := &Listing{Results: []*Resource{}}
	seen := names{}
	for pageNum := 1; ; pageNum++ {
		got, err := p.fetch(ctx, pageNum)
		if err != nil {
			return nil, err
		}
		if pageNum == 1 {
			listing.TotalCount = got.totalCount
		} else if !sameCount(listing.TotalCount, got.totalCount) {
			return nil, &MovedError{Reason: fmt.Sprintf("Atlas reports another number of %ss on another page", p.noun)}
		}
		listing.Results = append(listing.Results, got.results...)
		if name, ok := seen.add(got.results); ok {
			return nil, &MovedError{Reason: fmt.Sprintf("the %s %q arrived more than once", p.noun, p.clean(name))}
		}
		if p.isLast(got, listing) {
			return listing, nil
		}
		if len(listing.Results) > p.most || pageNum >= p.most/p.size+maxExtraPages {
			return nil, &EndlessError{Pages: pageNum}
		}
	}
}

// isLast reports whether no page follows got, up to which listing has been read.
func (p *pager) isLast(got *page, listing *Listing) bool {
	switch n := len(got.results); {
	case n == 0:
		return true
	case got.hasNext || listing.IsShort():
		return false
	case n < p.size:
		return true
	}
	// Atlas links to the next page if there is one. A page without any links says nothing about it.
	return got.hasSelf && listing.TotalCount != nil
}

func sameCount(a, b *int64) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// sameNames compares listings whatever their order.
func sameNames(a, b *Listing) bool {
	seen := names{}
	seen.add(a.Results)
	for _, resource := range b.Results {
		if _, ok := seen[resource.Name]; !ok {
			return false
		}
	}
	return len(a.Results) == len(b.Results)
}

// names is the set of the names that were seen.
type names map[string]struct{}

// add adds the names of connections and returns one that was there before.
func (n names) add(resources []*Resource) (repeated string, ok bool) {
	for _, resource := range resources {
		name := resource.Name
		if _, ok := n[name]; ok {
			return name, true
		}
		n[name] = struct{}{}
	}
	return "", false
}
