package atlas

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	// maxPasses is how often a listing that changes while it is read is read in all.
	maxPasses = 3
	// maxExtraPages is how many pages may come beyond those that Atlas's estimate calls for.
	maxExtraPages = 20
	// maxListing bounds the listing, and with it the requests and the memory of a read, whatever the estimate says.
	maxListing = 50_000
)

// fetchPage reads one page; pages count from 1.
type fetchPage func(ctx context.Context, pageNum int) (*page, error)

// listPage reads one page alone.
func listPage(ctx context.Context, fetch fetchPage, pageNum int) (*Listing, error) {
	p, err := fetch(ctx, pageNum)
	if err != nil {
		return nil, err
	}
	if name, ok := (names{}).add(p.connections); ok {
		return nil, &ContentError{Reason: fmt.Sprintf("holds the connection %q more than once", CleanText(name))}
	}
	return &Listing{Connections: p.connections, TotalCount: p.totalCount}, nil
}

// listAll reads every page. Pages are cut from a listing that may change between two requests, so it reads again from
// the first page where a pass does not add up. A pass that is short of Atlas's estimate, twice in the same way, is the
// whole listing: the count is documented as an estimate.
func listAll(ctx context.Context, fetch fetchPage, size int) (*Listing, error) {
	var short *Listing
	var moved error
	for range maxPasses {
		listing, err := readPass(ctx, fetch, size)
		if _, ok := errors.AsType[*MovedError](err); ok {
			moved = err
		} else if err != nil || !listing.IsShort() || short != nil && sameNames(short, listing) {
			return listing, err
		} else {
			short = listing
			moved = &MovedError{Reason: fmt.Sprintf("%d connections arrived where Atlas reports %d", len(listing.Connections), *listing.TotalCount)}
		}
		tflog.Warn(ctx, "Reading the listing again from its first page", map[string]any{"reason": moved.Error()})
	}
	return nil, moved
}

// readPass reads the pages in order, once, until one is short and the count that Atlas reports is reached, or one is
// empty.
func readPass(ctx context.Context, fetch fetchPage, size int) (*Listing, error) {
	listing := &Listing{Connections: []*Connection{}}
	seen := names{}
	for pageNum := 1; ; pageNum++ {
		p, err := fetch(ctx, pageNum)
		if err != nil {
			return nil, err
		}
		if pageNum == 1 {
			listing.TotalCount = p.totalCount
		} else if !sameCount(listing.TotalCount, p.totalCount) {
			return nil, &MovedError{Reason: "Atlas reports another number of connections on another page"}
		}
		listing.Connections = append(listing.Connections, p.connections...)
		if name, ok := seen.add(p.connections); ok {
			return nil, &MovedError{Reason: fmt.Sprintf("the connection %q arrived more than once", CleanText(name))}
		}
		if len(p.connections) == 0 || len(p.connections) < size && !listing.IsShort() {
			return listing, nil
		}
		if len(listing.Connections) >= maxListing || pageNum >= expectedPages(listing.TotalCount, size)+maxExtraPages {
			return nil, &EndlessError{Pages: pageNum}
		}
	}
}

func expectedPages(count *int64, size int) int {
	if count == nil {
		return 0
	}
	return int(min(*count, maxListing)+int64(size)-1) / size
}

func sameCount(a, b *int64) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func sameNames(a, b *Listing) bool {
	return slices.EqualFunc(a.Connections, b.Connections, func(a, b *Connection) bool { return *a.Name == *b.Name })
}

// names is the set of the names that were seen.
type names map[string]struct{}

// add adds the names of connections and returns one that was there before.
func (n names) add(connections []*Connection) (repeated string, ok bool) {
	for _, connection := range connections {
		name := *connection.Name
		if _, ok := n[name]; ok {
			return name, true
		}
		n[name] = struct{}{}
	}
	return "", false
}
