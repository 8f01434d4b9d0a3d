package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

type problem struct {
	path    jsontext.Pointer
	message string
}

// checker gathers all that is wrong, so that one look at the file mends it.
type checker struct{ problems []problem }

func (c *checker) add(path jsontext.Pointer, format string, args ...any) {
	c.problems = append(c.problems, problem{path, fmt.Sprintf(format, args...)})
}

func (d *Data) check() []problem {
	var c checker
	if d.Projects == nil {
		c.add("", "the field projects is missing")
	}
	for _, id := range slices.Sorted(maps.Keys(d.Projects)) {
		path := jsontext.Pointer("/projects").AppendToken(id)
		if !objectID.MatchString(id) {
			c.add(path, "a project's name must be its id, 24 digits 0-9 and a-f")
		}
		c.project(path, id, d.Projects[id])
	}
	return c.problems
}

func (c *checker) project(path jsontext.Pointer, id string, p Project) {
	if p.Instances == nil {
		c.add(path, "the field instances is missing")
	}
	if p.Fault != "" && p.Answers != nil {
		c.add(path.AppendToken("fault"), "a project has either a fault or answers")
	}
	c.answers(path, p.Answers)
	for _, name := range slices.Sorted(maps.Keys(p.Instances)) {
		at := path.AppendToken("instances").AppendToken(name)
		if name == "" || name == "." || name == ".." || slices.ContainsFunc([]rune(name), unicode.IsControl) {
			c.add(at, "an instance's name must not be empty, \".\" or \"..\", nor have control characters")
		}
		i := p.Instances[name]
		if i.Results == nil {
			c.add(at, "the field results is missing")
		}
		if i.Fault != "" && i.Answers != nil {
			c.add(at.AppendToken("fault"), "an instance has either a fault or answers")
		}
		c.instance(at, id, name, i)
		c.connections(at.AppendToken("results"), i.Results)
		c.answers(at, i.Answers)
	}
}

func (c *checker) connections(path jsontext.Pointer, connections []json.RawMessage) {
	names := map[string]bool{}
	for i, raw := range connections {
		at := path.AppendToken(strconv.Itoa(i))
		var connection struct {
			Name *string `json:"name"`
			Type *string `json:"type"`
		}
		if raw[0] != '{' {
			c.add(at, "a connection must be an object")
			continue
		}
		if json.Unmarshal(raw, &connection) != nil || connection.Name == nil || *connection.Name == "" ||
			connection.Type == nil || *connection.Type == "" {
			c.add(at, "a connection must have a name and a type, both strings that are not empty")
			continue
		}
		if names[*connection.Name] {
			c.add(at.AppendToken("name"), "another connection of the instance has the name %q", *connection.Name)
		}
		names[*connection.Name] = true
	}
}

func (c *checker) answers(path jsontext.Pointer, answers []Answer) {
	for i, a := range answers {
		at := path.AppendToken("answers").AppendToken(strconv.Itoa(i))
		if a.Status != 0 && (a.Status < http.StatusOK || a.Status > 599) {
			c.add(at.AppendToken("status"), "a status must be from 200 to 599")
		}
		if a.TotalCount != nil && *a.TotalCount < 0 {
			c.add(at.AppendToken("totalCount"), "a number of connections must not be negative")
		}
		if a.Page < 0 {
			c.add(at.AppendToken("page"), "a page must be 1 or more")
		}
	}
}
