package atlas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

const (
	// maxPasses is how many times a listing is read at most if it keeps changing.
	maxPasses = 3
	// MaxListing is the maximum number of resources in a listing, which limits the cost of a listing that never ends.
	MaxListing = 25_000
	// maxExtraPages is how many more pages are read than the largest listing fills, in case pages are smaller than requested.
	maxExtraPages = 20
)

// MovedError is the error for a listing that kept changing while it was read.
type MovedError struct {
	// Reason is the change that the last pass found.
	Reason string
}

func (e *MovedError) Error() string { return "the listing changed while it was read: " + e.Reason }

// EndlessError is the error for a listing with more than MaxListing resources, or with too many small pages.
type EndlessError struct {
	// Pages is the number of pages that were read.
	Pages int
}

func (e *EndlessError) Error() string {
	return fmt.Sprintf("the listing did not end within %d pages", e.Pages)
}

// pager combines the pages of a listing.
type pager struct {
	fetch func(pageNum int) (*page, error) // reads one page, from number 1
	size  int                              // the maximum number of resources in a page
	most  int                              // the maximum number of resources in a listing
	noun  string                           // what a resource is, such as "connection"
	clean func(string) string              // returns a name without secrets, in one line
}

// page reads only one page.
func (p *pager) page(pageNum int) (*Listing, error) {
	got, err := p.fetch(pageNum)
	if err != nil {
		return nil, err
	}
	if name, ok := (names{}).add(got.results); ok {
		return nil, &transport.ContentError{Reason: fmt.Sprintf("contains the %s %q more than once", p.noun, p.clean(name))}
	}
	return &Listing{Results: got.results, TotalCount: got.totalCount}, nil
}

// all reads every page, and starts again if the pages do not fit together because the listing changed in between. If two passes
// return the same resources, but fewer than Atlas estimates, the listing is complete: the count is documented as an estimate.
func (p *pager) all(ctx context.Context) (*Listing, error) {
	var short *Listing
	for passes := 1; ; passes++ {
		listing, err := p.pass()
		if err == nil && listing.IsShort() {
			if short != nil && *short.TotalCount == *listing.TotalCount && sameNames(short, listing) {
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

// pass reads the pages once, in order.
func (p *pager) pass() (*Listing, error) {
	listing := &Listing{Results: []*Resource{}}
	seen := names{}
	for pageNum := 1; ; pageNum++ {
		got, err := p.fetch(pageNum)
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

// isLast reports whether got is the last page. listing contains the results of all pages so far.
func (p *pager) isLast(got *page, listing *Listing) bool {
	switch n := len(got.results); {
	case n == 0:
		return true
	case got.hasNext || listing.IsShort():
		return false
	case n < p.size:
		return true
	}
	// A page with links also links to the next page, if there is one.
	return got.hasSelf && listing.TotalCount != nil
}

func sameCount(a, b *int64) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// sameNames reports whether two listings have the same names, in any order.
func sameNames(a, b *Listing) bool {
	inA, inB := names{}, names{}
	inA.add(a.Results)
	inB.add(b.Results)
	return maps.Equal(inA, inB)
}

// names is a set of names.
type names map[string]bool

// add adds the names of resources. It is ok if one of them was already in the set, and then returns it.
func (n names) add(resources []*Resource) (repeated string, ok bool) {
	for _, resource := range resources {
		if n[resource.identity()] {
			return cmp.Or(resource.Name, resource.ID), true
		}
		n[resource.identity()] = true
	}
	return "", false
}
