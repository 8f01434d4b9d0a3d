package atlas

import (
	"context"
	"errors"
	"time"
)

const (
	// lookupTimeout limits the listing of the names that exist. It is at most half of the time that is left.
	lookupTimeout = 10 * time.Second
	// maxFinds is how many times something that Atlas lists is requested by its name, findWait apart. Atlas's reads lag behind its
	// writes by seconds: what is being deleted, or was just created, may be listed and not found.
	maxFinds = 4
	findWait = 2 * time.Second
)

// ofInstance makes a request for an instance. If Atlas does not find the instance, the Error says which ones exist. If the
// request is for a project, instance is empty.
func ofInstance[T any](
	ctx context.Context, c *Client, projectID, instance string, request func(instance string) (T, error),
) (T, error) {
	if instance == "" {
		return request("")
	}
	list := func(ctx context.Context) (*Listing, error) {
		return c.ListStreamInstances(ctx, ListRequest{ProjectID: projectID})
	}
	return find(ctx, "STREAM_TENANT_NOT_FOUND_FOR_NAME", instance, list, request)
}

// find makes a request for name. If Atlas answers with the error code notFound, it lists what exists. It requests name again if
// it is listed, in the spelling of the listing, and once more if the listing fails for a moment. Otherwise, it returns the names
// that exist in the Error.
func find[T any](
	ctx context.Context, notFound, name string, list func(ctx context.Context) (*Listing, error), request func(name string) (T, error),
) (T, error) {
	spelling := name
	var listed *Resource
	failures := 0 // of listings
	for finds := 1; ; finds++ {
		got, err := request(spelling)
		failure, failed := errors.AsType[*Error](err)
		if !failed || failure.Code != notFound {
			return got, err
		}
		listing, unlisted := lookup(ctx, list)
		if listing != nil {
			if listed = listing.find(name); listed == nil {
				failure.Existing = listing.names()
			}
		}
		failure.Wanted, failure.Listed = name, listed
		wait, stopped := findWait, notStopped
		if failure.MayExist = unlisted.mayPass(); failure.MayExist {
			failures++
			wait, stopped = unlisted.nextWait(ctx)
		}
		wait = max(wait, findWait)
		switch {
		case ctx.Err() != nil:
			return got, ended(ctx, Waiting)
		case listed == nil && !failure.MayExist, finds == maxFinds, failures > 1:
			return got, failure
		case listed != nil && listed.spelling != spelling: // not in the normalization form of Terraform
			spelling = listed.spelling
		case timeLeft(ctx) <= wait, stopped != notStopped:
			return got, failure
		case !sleep(ctx, wait):
			return got, ended(ctx, Waiting)
		}
	}
}

// lookup lists what exists.
func lookup(ctx context.Context, list func(ctx context.Context) (*Listing, error)) (*Listing, *Error) {
	ctx, cancel := context.WithTimeout(ctx, min(lookupTimeout, timeLeft(ctx)/2))
	defer cancel()
	listing, err := list(ctx)
	failure, _ := errors.AsType[*Error](err)
	return listing, failure
}

// mayPass reports whether a listing that failed, unless e is nil, may succeed later.
func (e *Error) mayPass() bool {
	return e != nil && (e.Passing || e.Kind == Ended || e.Kind == Changed)
}
