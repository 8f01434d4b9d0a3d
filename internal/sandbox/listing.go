package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
)

const (
	// oldestVersion is the version of the resources here. A later date resolves to it, as nothing newer exists.
	oldestVersion = "2023-02-01"
	mediaType     = "application/vnd.atlas." + oldestVersion + "+json"

	// rateLimit is what the headers report. The sandbox never enforces it.
	rateLimit = 300
)

var projectID = regexp.MustCompile(`^[a-f0-9]{24}$`)

// listing is a page in the API's shape.
type listing struct {
	Links      []link            `json:"links"`
	Results    []json.RawMessage `json:"results"`
	TotalCount *int              `json:"totalCount,omitempty"`
	Status     int               `json:"status,omitempty"` // with envelope=true
}

type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
}

// listConnections answers with a page of the connections of one instance.
func (x *exchange) listConnections() response {
	p, refusal := x.project()
	if refusal != nil {
		return *refusal
	}
	i, ok := p.instances[x.tenantName]
	if !ok {
		return apiErrorWith(http.StatusNotFound, "STREAM_TENANT_NOT_FOUND_FOR_NAME",
			fmt.Sprintf("Stream instance for project %s and name %s not found.", x.groupID, x.tenantName), x.groupID, x.tenantName)
	}
	return x.list(&i.script, i.connections)
}

// listInstances answers with a page of the instances of one project.
func (x *exchange) listInstances() response {
	p, refusal := x.project()
	if refusal != nil {
		return *refusal
	}
	id := x.groupID
	var instances []json.RawMessage
	for _, name := range slices.Sorted(maps.Keys(p.instances)) {
		digest := sha256.Sum256([]byte(id + "/" + name)) // Stable, so that two reads agree.
		document, err := json.Marshal(map[string]any{
			"_id":               hex.EncodeToString(digest[:12]),
			"dataProcessRegion": map[string]string{"cloudProvider": "AWS", "region": "VIRGINIA_USA"},
			"groupId":           id,
			"hostnames":         []string{"atlas-stream-" + hex.EncodeToString(digest[:6]) + ".virginia-usa.a.query.mongodb.net"},
			"links":             []link{},
			"name":              name,
		})
		if err != nil {
			return apiError(http.StatusInternalServerError, "", err.Error())
		}
		instances = append(instances, document)
	}
	return x.list(&p.script, instances)
}

// unknownResource answers whatever else is asked for.
func (x *exchange) unknownResource() response {
	path := x.r.URL.Path
	return apiErrorWith(http.StatusNotFound, "RESOURCE_NOT_FOUND", "Cannot find resource "+path+".", path)
}

// project checks the sign-in, the version and the project of a request, in this order.
func (x *exchange) project() (*project, *response) {
	a, refusal := x.signIn()
	switch {
	case refusal != nil:
		return nil, refusal
	case !acceptsVersion(x.r.Header):
		return nil, new(apiError(http.StatusNotAcceptable, "", ""))
	case a.refuse != nil:
		return nil, new(a.refuse(x.r))
	}
	id := x.groupID
	if !projectID.MatchString(id) {
		return nil, new(apiErrorWith(http.StatusBadRequest, "INVALID_GROUP_ID", "An invalid group ID "+id+" was specified.", id))
	}
	p, ok := x.projects[id]
	if !ok {
		return nil, new(apiErrorWith(http.StatusNotFound, "GROUP_NOT_FOUND", "No group with ID "+id+" exists.", id))
	}
	return p, nil
}

// list answers with the page of all that the request asks for, as the next answer of the script alters it.
func (x *exchange) list(s *script, all []json.RawMessage) response {
	return x.through(s, apiError, func(a Answer) response {
		if a.Revoke {
			if _, refusal := x.signIn(); refusal != nil {
				return *refusal
			}
		}
		if a.Results != nil {
			all = withoutSecrets(a.Results)
		}
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
		return x.page(page, query)
	})
}

func (x *exchange) page(page listing, query url.Values) response {
	if query.Get("envelope") == "true" {
		page.Status = http.StatusOK
	}
	res := jsonResponse(http.StatusOK, mediaType, page)
	if query.Get("pretty") == "true" {
		var indented bytes.Buffer
		if json.Indent(&indented, res.body, "", "  ") == nil {
			res.body = indented.Bytes()
		}
	}
	x.mu.Lock()
	used := x.arrivals
	x.mu.Unlock()
	res.header.Set("RateLimit-Limit", strconv.Itoa(rateLimit))
	res.header.Set("RateLimit-Remaining", strconv.Itoa(rateLimit-1-used%rateLimit))
	return res
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
