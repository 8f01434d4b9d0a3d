package streamconnections

import (
	"maps"
	"slices"
)

// https maps the type Https.
var https = fields[connection]{
	"url":          text("URL that requests go to.", func(c connection) *string { return c.Url }),
	"header_names": textList("Names of the request headers, sorted. Their values are in `https_headers`.", headerNames),
}

// headerNames returns the names of the headers of an HTTPS connection, sorted.
func headerNames(c connection) []*string {
	names := make([]*string, 0, len(c.Headers))
	for _, name := range slices.Sorted(maps.Keys(c.Headers)) {
		names = append(names, &name)
	}
	return names
}
