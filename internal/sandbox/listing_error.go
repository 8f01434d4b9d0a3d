package sandbox

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
)

// ListingError reports that a document is a listing of connections, as the API returns it, instead of a [Data] document
// that contains one.
type ListingError struct {
	// ProjectID and InstanceName are from the links of the listing, or empty.
	ProjectID, InstanceName string
}

func (e *ListingError) Error() string {
	return fmt.Sprintf("the document is a listing of connections, without the project and the instance that it belongs to. "+
		"To add them: jq '%s' listing.json", e.JQ())
}

// JQ returns a jq program that turns the listing into a document. It contains no single quote, so that you can quote it in a
// shell. Unknown names are placeholders.
func (e *ListingError) JQ() string {
	project, instance := cmp.Or(e.ProjectID, "<project id>"), cmp.Or(e.InstanceName, "<instance name>")
	return fmt.Sprintf("{projects: {%q: {instances: {%q: .}}}}", project, instance)
}

// listingPath matches the path of listStreamConnections. It does not match an instance name with special characters, because
// users paste the program with the name into a shell.
var listingPath = regexp.MustCompile(`/groups/([a-f0-9]{24})/streams/([A-Za-z0-9_.-]+)/connections$`)

// bareListing returns an error if a document is a listing.
func bareListing(document any) *ListingError {
	listing := object(document)
	_, wrapped := listing["projects"]
	_, results := listing["results"]
	_, counted := listing["totalCount"]
	if wrapped || !results && !counted {
		return nil
	}
	links, _ := listing["links"].([]any)
	for _, link := range links {
		href, _ := object(link)["href"].(string)
		if address, err := url.Parse(href); err == nil {
			if names := listingPath.FindStringSubmatch(address.Path); names != nil {
				return &ListingError{ProjectID: names[1], InstanceName: names[2]}
			}
		}
	}
	return &ListingError{}
}
