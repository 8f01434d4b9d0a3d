package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// listing is a page in the API's shape.
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

// list answers with the page of all that the request asks for, as the next answer of the script alters it.
func (x *exchange) list(s *script, all []json.RawMessage) response {
	return x.scripted(s, func(a Answer) response {
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
		all := a.listed(all)
		start := len(all)
		if number-1 <= len(all)/size { // Which also keeps the product from overflowing.
			start = min((number-1)*size, len(all))
		}
		end := min(start+size, len(all))
		page := listing{
			Links:      x.links(number, end < len(all)),
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

func (x *exchange) links(number int, more bool) []link {
	to := func(rel string, number int) link {
		u := url.URL{Scheme: "http", Host: x.r.Host, Path: x.r.URL.Path, RawPath: x.r.URL.RawPath}
		query := x.r.URL.Query()
		query.Set("pageNum", strconv.Itoa(number))
		u.RawQuery = query.Encode()
		return link{Href: u.String(), Rel: rel}
	}
	links := []link{to("self", number)}
	if number > 1 {
		links = append(links, to("previous", number-1))
	}
	if more {
		links = append(links, to("next", number+1))
	}
	return links
}

// parameter reads a number of the query between one and the greatest, or answers 400.
func parameter(query url.Values, name string, otherwise, greatest int) (int, *response) {
	if !query.Has(name) {
		return otherwise, nil
	}
	value, err := strconv.Atoi(query.Get(name))
	if err != nil || value < 1 || value > greatest {
		return 0, new(apiErrorWith(http.StatusBadRequest, "INVALID_QUERY_PARAMETER",
			fmt.Sprintf("The query parameter %s must be a number from 1 to %d.", name, greatest), name))
	}
	return value, nil
}
