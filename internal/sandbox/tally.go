package sandbox

import (
	"maps"
	"net/http"
)

// Tally counts what a sandbox has done since its start.
type Tally struct {
	// Requests is the number of requests that arrived.
	Requests int
	// Lists and Reads are the numbers of lists and of single resources that were returned.
	Lists, Reads int
	// SignIns is the number of tokens that were issued, and of challenges that an API key answered.
	SignIns int
	// Revocations is the number of requests to revoke a token that succeeded.
	Revocations int
	// Others is the number of other requests that succeeded, which only scripts let happen.
	Others int
	// Redirects is the number of requests that were redirected.
	Redirects int
	// Refused is the number of requests that failed, by status. The challenges for an API key that signed in are not in it.
	Refused map[int]int
	// Foreign is the number of refused requests whose credentials are not those of the sandbox.
	Foreign int
	// Incomplete is the number of requests without a complete answer.
	Incomplete int
}

// Tally returns the counts so far.
func (s *Sandbox) Tally() Tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.counts.Tally
	t.Refused = maps.Clone(t.Refused)
	t.Requests = s.arrivals
	t.Incomplete = s.arrivals - s.counts.complete
	if s.counts.unsigned > 0 && s.counts.challenged == 0 {
		t.Refused[http.StatusUnauthorized] += s.counts.unsigned
	}
	t.SignIns += s.counts.challenged
	return t
}

// counts is a Tally before it is complete. The sandbox's mutex guards it.
type counts struct {
	Tally

	complete   int // requests with a complete answer
	unsigned   int // requests without credentials that got 401, which is also how an API key gets its challenge
	challenged int // challenges that an API key answered
}

// add counts a request that gets a complete answer.
func (c *counts) add(r *Request, foreign bool) {
	c.complete++
	if foreign {
		c.Foreign++
	}
	switch {
	case r.Status == http.StatusUnauthorized && r.AuthScheme == "":
		c.unsigned++
	case r.Status >= http.StatusBadRequest:
		c.Refused[r.Status]++
	case r.Status >= http.StatusMultipleChoices:
		c.Redirects++
	default:
		*c.successes(r.Endpoint)++
	}
}

// successes returns the count of the requests for an endpoint that succeeded.
func (c *counts) successes(endpoint string) *int {
	switch endpoint {
	case EndpointConnection, EndpointInstance:
		return &c.Reads
	case EndpointToken:
		return &c.SignIns
	case EndpointRevoke:
		return &c.Revocations
	case EndpointOther:
		return &c.Others
	default: // Every other resource of the API is a list.
		return &c.Lists
	}
}
