package atlas

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"
)

const (
	// lookupTimeout limits the listing of the names that exist.
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

// find makes a request for name. If Atlas answers with the error code notFound, it lists what exists. It requests what is listed
// again, in the spelling of the listing, and otherwise returns the names that exist in the Error.
func find[T any](
	ctx context.Context, notFound, name string, list func(ctx context.Context) (*Listing, error), request func(name string) (T, error),
) (T, error) {
	spelling := name
	for finds := 1; ; finds++ {
		got, err := request(spelling)
		failure, failed := errors.AsType[*Error](err)
		if !failed || failure.Code != notFound {
			return got, err
		}
		failure.Wanted = name
		listing, listed := lookup(ctx, list)
		if !listed {
			return got, failure
		}
		i := slices.IndexFunc(listing.Results, func(r *Resource) bool { return r.Name == norm.NFC.String(name) })
		if i < 0 {
			failure.Existing = make([]string, len(listing.Results))
			for i, resource := range listing.Results {
				failure.Existing[i] = resource.Name
			}
			return got, failure
		}
		failure.Listed = listing.Results[i]
		if finds == maxFinds || timeLeft(ctx) <= findWait {
			return got, failure
		}
		if !sleep(ctx, findWait) {
			return got, ended(ctx, Waiting)
		}
		spelling = failure.Listed.spelling
	}
}

func lookup(ctx context.Context, list func(ctx context.Context) (*Listing, error)) (*Listing, bool) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	listing, err := list(ctx)
	return listing, err == nil
}
