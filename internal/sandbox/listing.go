package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// listing is a page of a list in the API.
type listing struct {
	Links      []link            `json:"links"`
	Results    []json.RawMessage `json:"results"`
	Status     int               `json:"status,omitempty"` // with envelope=true
	TotalCount *int              `json:"totalCount,omitempty"`
}

type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
}

// collection is what an endpoint lists, and its script.
type collection struct {
	script
	results []json.RawMessage
	serve   func([]json.RawMessage) []json.RawMessage // returns other results as Atlas returns them
}

func newCollection(results []json.RawMessage, serve func([]json.RawMessage) []json.RawMessage) collection {
	return collection{results: serve(results), serve: serve}
}

// listed returns what an answer lists.
func (c *collection) listed(a Answer) []json.RawMessage {
	if a.Results == nil {
		return c.results
	}
	return c.serve(a.Results)
}

// list answers with the requested page of a collection, which the next answer of its script can change.
func (x *exchange) list(c *collection) response {
	return x.scripted(&c.script, func(a Answer) response {
		query := x.r.URL.Query()
		size, refusal := parameter(query, "itemsPerPage", 100, 500)
		if refusal != nil {
			return *refusal
		}
		number, refusal := parameter(query, "pageNum", 1, 1<<31-1)
		if refusal != nil {
			return *refusal
		}
		if a.Page > 0 {
			number = a.Page
		}
		all := c.listed(a)
		start := len(all)
		if number-1 <= len(all)/size { // otherwise the product could overflow
			start = min((number-1)*size, len(all))
		}
		end := min(start+size, len(all))
		page := listing{
			Links:      x.links(number, size, end < len(all)),
			Results:    append([]json.RawMessage{}, all[start:end]...), // Never null.
			TotalCount: a.TotalCount,
		}
		if page.TotalCount == nil && !a.OmitTotalCount && query.Get("includeCount") != "false" {
			page.TotalCount = new(len(all))
		}
		if query.Get("envelope") == "true" {
			page.Status = http.StatusOK
		}
		return x.resource(page)
	})
}

// links returns links to the page and its neighbors, with all parameters, including those with default values. As in Atlas, the
// parameters are appended in the link to the page itself, and sorted in the others.
func (x *exchange) links(number, size int, more bool) []link {
	to := func(rel, query string) link {
		u := url.URL{Scheme: "http", Host: x.r.Host, Path: x.r.URL.Path, RawPath: x.r.URL.RawPath, RawQuery: query}
		return link{Href: u.String(), Rel: rel}
	}
	query := x.r.URL.Query()
	page := func(number int) string {
		query.Set("itemsPerPage", strconv.Itoa(size))
		query.Set("pageNum", strconv.Itoa(number))
		return query.Encode()
	}
	others := x.r.URL.Query()
	others.Del("itemsPerPage")
	others.Del("pageNum")
	self := fmt.Sprintf("%s&pageNum=%d&itemsPerPage=%d", others.Encode(), number, size)
	links := []link{to("self", strings.TrimPrefix(self, "&"))}
	if number > 1 {
		links = append(links, to("previous", page(number-1)))
	}
	if more {
		links = append(links, to("next", page(number+1)))
	}
	return links
}

// parameter returns a number from the query, or the answer 400 if it is not between one and greatest.
func parameter(query url.Values, name string, otherwise, greatest int) (int, *response) {
	if !query.Has(name) {
		return otherwise, nil
	}
	value, err := strconv.Atoi(query.Get(name))
	if err != nil || value < 1 || value > greatest {
		return 0, new(apiError(http.StatusBadRequest, "INVALID_QUERY_PARAMETER",
			fmt.Sprintf("The query parameter %s must be a number from 1 to %d.", name, greatest), []any{name}))
	}
	return value, nil
}
