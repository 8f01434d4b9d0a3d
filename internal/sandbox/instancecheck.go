package sandbox

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// instance checks the fields of an instance itself, which the API describes as required or with a pattern.
func (c *checker) instance(path jsontext.Pointer, groupID, name string, i Instance) {
	if i.ID != "" && !objectID.MatchString(i.ID) {
		c.add(path.AppendToken("_id"), "an instance's id must be 24 digits 0-9 and a-f")
	}
	if i.GroupID != "" && i.GroupID != groupID {
		c.add(path.AppendToken("groupId"), "the instance is in the project %q", groupID)
	}
	if i.Name != "" && i.Name != name {
		c.add(path.AppendToken("name"), "the instance has the name %q in the project", name)
	}
	if i.DataProcessRegion != nil {
		c.region(path.AppendToken("dataProcessRegion"), *i.DataProcessRegion)
	}
	for n, region := range i.FailoverRegions {
		c.region(path.AppendToken("failoverRegions").AppendToken(strconv.Itoa(n)), region)
	}
}

func (c *checker) region(path jsontext.Pointer, r Region) {
	if r.CloudProvider == "" || r.Region == "" {
		c.add(path, "a region must have a cloudProvider and a region, both strings that are not empty")
	}
}
