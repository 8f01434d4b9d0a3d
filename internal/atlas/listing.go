package atlas

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/text/unicode/norm"
)

const (
	// MaxListing is the maximum number of resources in a listing.
	MaxListing = 25_000
	// maxListingBytes limits the JSON of a listing. 25,000 connections with certificates have about 100 MiB.
	maxListingBytes = 128 << 20
	// maxPasses is how many times a listing is read at most if it keeps changing.
	maxPasses = 4
	// maxEmptyPages is how many empty pages in a row are followed to the next one.
	maxEmptyPages = 20
	// cappedPage is the default size of a page in Atlas. A page of this size may be full, whatever was asked for.
	cappedPage = 100
	// settleTime is the wait, once, before the pass after one that misses resources: Atlas's reads lag behind its writes. It is at
	// most half of the time that is left.
	settleTime = 2 * time.Second
)

// Listing is the answer to a ListRequest.
type Listing struct {
	// Results are in the order of Atlas. The slice and its elements are never nil, and nothing in it occurs twice.
	Results []*Resource
	// TotalCount is the number of resources that Atlas estimates, or nil if it reports none.
	TotalCount *int64
}

// IsShort reports whether a listing of all pages has fewer resources than Atlas's estimate.
func (l *Listing) IsShort() bool { return isShort(l.Results, l.TotalCount) }

func isShort(results []*Resource, count *int64) bool {
	return count != nil && int64(len(results)) < *count
}

// find returns the resource called name, in any spelling, or nil.
func (l *Listing) find(name string) *Resource {
	if i := slices.IndexFunc(l.Results, func(r *Resource) bool { return r.Name == norm.NFC.String(name) }); i >= 0 {
		return l.Results[i]
	}
	return nil
}

// names returns the names of the resources. The slice is never nil.
func (l *Listing) names() []string {
	names := make([]string, len(l.Results))
	for i, resource := range l.Results {
		names[i] = resource.Name
	}
	return names
}

// list reads the pages of r. call requests one page of at most size resources, and noun names a resource in errors.
func (c *Client) list(
	ctx context.Context, name, noun string, r ListRequest,
	call func(ctx context.Context, instance string, size, pageNum int) (*http.Response, error),
) (*Listing, error) {
	ctx, cancel := c.untilClosed(ctx)
	defer cancel()
	return ofInstance(ctx, c, r.ProjectID, r.InstanceName, func(instance string) (*Listing, error) {
		p := &pager{size: cmp.Or(r.ItemsPerPage, MaxItemsPerPage), most: MaxListing, mostBytes: maxListingBytes, noun: noun, clean: c.scrub.clean}
		op := operation{name, r.ProjectID}
		p.fetch = func(pageNum int) ([]byte, error) {
			return c.request(ctx, op, func(ctx context.Context) (*http.Response, error) {
				return call(ctx, instance, p.size, pageNum)
			})
		}
		p.succeed = func() { c.succeed(op) }
		if r.PageNum > 0 {
			return p.page(r.PageNum)
		}
		return p.all(ctx)
	})
}

// pager combines the pages of a listing.
type pager struct {
	fetch     func(pageNum int) ([]byte, error) // reads the JSON of one page, from number 1
	succeed   func()                            // is told that the JSON is a page
	size      int                               // the maximum number of resources in a page
	most      int                               // the maximum number of resources in a listing
	mostBytes int                               // the maximum size of the JSON of a listing
	noun      string                            // what a resource is, such as "connection"
	clean     func(string) string               // returns a name without secrets, in one line
}

// page reads only one page.
func (p *pager) page(pageNum int) (*Listing, error) {
	read := &pass{seen: map[string]bool{}}
	if _, err := p.read(read, pageNum); err != nil {
		return nil, err
	}
	if read.repeated != "" {
		return nil, &Error{Kind: Unexpected, Detail: fmt.Sprintf("contains the %s %q more than once", p.noun, p.clean(read.repeated))}
	}
	return read.listing(), nil
}

// all reads every page. A listing of one page that is not below its count is whole. Any other is read again, because it may
// have changed between two pages, or lag behind, until two passes in a row return the same resources. If these are fewer than
// Atlas estimates, the listing is complete: the count is documented as an estimate.
func (p *pager) all(ctx context.Context) (*Listing, error) {
	var before *pass
	waited := false
	for passes := 1; ; passes++ {
		read, err := p.pass()
		if err != nil {
			return nil, err
		}
		missing := read.isShort()
		var changed string
		switch {
		case read.repeated != "":
			changed = fmt.Sprintf("The %s %q arrived more than once.", p.noun, p.clean(read.repeated))
		case before != nil && before.repeated == "" && maps.Equal(before.seen, read.seen) && (!missing || waited || passes == maxPasses):
			return read.listing(), nil
		case before == nil && !missing && read.isOnePage():
			return read.listing(), nil
		case missing:
			changed = fmt.Sprintf("%d %ss arrived, but Atlas reports %d.", len(read.results), p.noun, *read.count)
		case before == nil:
			changed = fmt.Sprintf("The %ss are on several pages, between which they can change.", p.noun)
		default:
			changed = fmt.Sprintf("Two readings returned different %ss.", p.noun)
		}
		if passes == maxPasses {
			return nil, &Error{Kind: Changed, Detail: changed}
		}
		tflog.Debug(ctx, "Reading the listing again from its first page", map[string]any{"reason": changed})
		if missing && !waited {
			if waited = true; !sleep(ctx, min(settleTime, timeLeft(ctx)/2)) {
				return nil, ended(ctx, Waiting)
			}
		}
		before = read
		before.results = nil // only the identities are compared
	}
}

// pass is one reading of the pages.
type pass struct {
	results  []*Resource
	seen     map[string]bool // identities
	count    *int64          // the largest that a page reports
	repeated string          // label of a resource that arrived twice, which ends the pass
	pages    int             // that have results
	requests int
	linked   bool // whether a page linked to a next one
	bytes    int
}

// listing returns the results. They are never nil.
func (r *pass) listing() *Listing {
	return &Listing{Results: append([]*Resource{}, r.results...), TotalCount: r.count}
}

// isOnePage reports whether nothing can have been lost between two pages: there was one request, or only one page has results,
// links to no other one, and Atlas counts no more.
func (r *pass) isOnePage() bool {
	return r.requests == 1 || r.pages <= 1 && r.count != nil && !r.linked
}

// isShort reports whether Atlas reports more resources than arrived.
func (r *pass) isShort() bool { return isShort(r.results, r.count) }

// pass reads the pages once, in order, until one is the last.
func (p *pager) pass() (*pass, error) {
	read := &pass{seen: map[string]bool{}}
	empty := 0
	for pageNum := 1; ; pageNum++ {
		page, err := p.read(read, pageNum)
		if err != nil || read.repeated != "" {
			return read, err
		}
		n := len(page.Results)
		if empty++; n > 0 {
			empty = 0
		}
		// A full page asks for the next one even if the count says that it is the last, because the count is an estimate.
		isFull := n >= p.size || n == cappedPage
		switch {
		case page.HasNext && empty > maxEmptyPages:
			return nil, &Error{Kind: TooLarge, Detail: fmt.Sprintf("%d pages in a row were empty, and linked to a next one.", empty)}
		case page.HasNext, isFull, n > 0 && read.isShort():
		default:
			return read, nil
		}
	}
}

// read reads a page and adds its results to read, except those after a repeated one.
func (p *pager) read(read *pass, pageNum int) (*page, error) {
	body, err := p.fetch(pageNum)
	if err != nil {
		return nil, err
	}
	got, err := newPage(body)
	if err != nil {
		return nil, &Error{Kind: Unexpected, Detail: p.clean(err.Error())}
	}
	p.succeed()
	read.requests++
	read.linked = read.linked || got.HasNext
	read.bytes += len(body)
	if len(read.results)+len(got.Results) > p.most || read.bytes > p.mostBytes {
		detail := fmt.Sprintf("The listing has more than %d %ss, or more than %d MiB.", p.most, p.noun, p.mostBytes>>20)
		return nil, &Error{Kind: TooLarge, Detail: detail}
	}
	if got.TotalCount != nil && (read.count == nil || *got.TotalCount > *read.count) {
		read.count = got.TotalCount
	}
	if len(got.Results) > 0 {
		read.pages++
	}
	for i, raw := range got.Results {
		resource, err := newResource(raw)
		if err == nil && resource.label() == "" {
			err = errors.New("has no name")
		}
		if err != nil {
			return nil, &Error{Kind: Unexpected, Detail: p.clean(fmt.Sprintf("is not a listing: results[%d] %s", i, err))}
		}
		if identity := resource.identity(); read.seen[identity] {
			read.repeated = resource.label()
			return got, nil
		}
		read.seen[resource.identity()] = true
		read.results = append(read.results, resource)
	}
	return got, nil
}

// page is one page of a listing (such as API schema PaginatedApiStreamsConnection).
type page struct {
	Results    []json.RawMessage
	TotalCount *int64
	HasNext    bool // whether the page links to a next one
}

// newPage decodes a page. Its errors complete the sentence "The answer …".
func newPage(body []byte) (*page, error) {
	var fields map[string]json.RawMessage // a struct would also take a field RESULTS for results
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, fmt.Errorf("is not a listing: it %w", reasonOf(err))
	}
	var p page
	for _, field := range []struct {
		name  string
		value any
	}{{"results", &p.Results}, {"totalCount", &p.TotalCount}} {
		if raw, ok := fields[field.name]; ok && json.Unmarshal(raw, field.value) != nil {
			return nil, fmt.Errorf("is not a listing: it has %s in the field %s", kindOf(raw), field.name)
		}
	}
	p.HasNext = linksNext(fields["links"])
	switch {
	case p.Results == nil:
		return nil, errors.New("has no list of results")
	case p.TotalCount != nil && *p.TotalCount < 0:
		return nil, errors.New("has a negative totalCount")
	}
	return &p, nil
}

// linksNext reports whether one of the links is to a next page. Links of another shape than documented do not matter.
func linksNext(raw json.RawMessage) bool {
	var links []struct {
		Rel string `json:"rel"`
	}
	_ = json.Unmarshal(raw, &links)
	for _, link := range links {
		if link.Rel == "next" {
			return true
		}
	}
	return false
}

// reasonOf returns err, an error of encoding/json for a value that must be an object, without any value of the answer.
func reasonOf(err error) error {
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return errors.New("is not a JSON object")
	}
	return notJSON(err)
}

// kindOf returns what a JSON value is, such as "an unexpected string".
func kindOf(raw json.RawMessage) string {
	switch raw[0] {
	case '{':
		return "an unexpected object"
	case '[':
		return "an unexpected array"
	case '"':
		return "an unexpected string"
	case 't', 'f':
		return "an unexpected boolean"
	}
	return "an unexpected number"
}
