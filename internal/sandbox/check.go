package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/go-json-experiment/json/jsontext"
)

// inspect returns what the schema does not express: mistakes, which contradict other parts of the document, and warnings of what
// is served although it may be a mistake. A part that the schema does not allow is neither.
func inspect(document any) (mistakes, warnings []problem) {
	add := func(wrong, odd []problem) { mistakes, warnings = append(mistakes, wrong...), append(warnings, odd...) }
	for projectID, value := range object(object(document)["projects"]) {
		at, project := jsontext.Pointer("/projects").AppendToken(projectID), object(value)
		add(inspectList(at, project, privateLinkList))
		for name, value := range object(project["instances"]) {
			at, instance := at.AppendToken("instances").AppendToken(name), object(value)
			if got, _ := instance["name"].(string); got != "" && got != name {
				mistakes = append(mistakes, problem{at.AppendToken("name"), fmt.Sprintf("must be %q, the name of the instance in the project", name)})
			}
			if got, _ := instance["groupId"].(string); got != "" && got != projectID {
				mistakes = append(mistakes, problem{at.AppendToken("groupId"), fmt.Sprintf("must be %q, the id of the project", projectID)})
			}
			results, _ := instance["results"].([]any)
			if count, _ := instance["totalCount"].(float64); count > float64(len(results)) {
				message := fmt.Sprintf("the listing contains only %d of %.0f connections", len(results), count)
				warnings = append(warnings, problem{at.AppendToken("totalCount"), message})
			}
			add(inspectList(at, instance, connectionList))
			add(inspectList(at, instance, processorList))
		}
	}
	return mistakes, warnings
}

// dataList is a list of resources in the document.
type dataList struct {
	field      string
	definition string // of each item
	name       string // the field that identifies an item
	id         string // a field that distinguishes items of the same name
	repeated   string // the mistake
}

var (
	connectionList  = dataList{"results", connectionDefinition, "name", "id", "another connection of the instance is also named"}
	processorList   = dataList{"processors", processorDefinition, "name", "", "another processor of the instance is also named"}
	privateLinkList = dataList{"privateLinks", privateLinkDefinition, "_id", "", "another private link of the project also has the id"}
)

// inspectList returns the mistakes and the warnings about a list of an instance or a project.
func inspectList(owner jsontext.Pointer, fields map[string]any, list dataList) (mistakes, warnings []problem) {
	items, _ := fields[list.field].([]any)
	known := map[string]map[string]bool{} // ids by name
	for i, item := range items {
		at, item := owner.AppendToken(list.field).AppendToken(strconv.Itoa(i)), object(item)
		name, ok := item[list.name].(string)
		id, _ := item[list.id].(string)
		if others := known[name]; others == nil {
			known[name] = map[string]bool{id: true}
		} else if ok && (id == "" || others[id] || others[""]) {
			mistakes = append(mistakes, problem{at.AppendToken(list.name), fmt.Sprintf("%s %q", list.repeated, name)})
		} else {
			others[id] = true
		}
		if list.definition == connectionDefinition {
			warnings = append(warnings, unknowns(at, item)...)
		} else {
			warnings = append(warnings, unknownFields(at, item, definitions()[list.definition].fields())...)
		}
	}
	return mistakes, warnings
}

// object returns a value that is an object, or nil.
func object(value any) map[string]any {
	fields, _ := value.(map[string]any)
	return fields
}

// unknowns returns the fields of a connection that are not in the schema, and its type if it resembles a known one. Any other type
// is one that Atlas added, whose fields are not checked.
func unknowns(at jsontext.Pointer, connection map[string]any) []problem {
	name, _ := connection["type"].(string)
	if slices.Contains(connectionTypes(), name) {
		return unknownFields(at, connection, connectionFields(name))
	}
	meant := nearest(name, connectionTypes())
	if meant == "" {
		return nil
	}
	unknown := problem{at.AppendToken("type"), fmt.Sprintf("unknown type %q; did you mean %q?", name, meant)}
	return append(unknownFields(at, connection, connectionFields(meant)), unknown)
}

func unknownFields(at jsontext.Pointer, value any, known map[string]*schemaNode) []problem {
	var problems []problem
	for name, value := range object(value) {
		at := at.AppendToken(name)
		if field, ok := known[name]; !ok {
			suggestion := didYouMean(name, slices.Sorted(maps.Keys(known)))
			problems = append(problems, problem{at, "unknown field" + cmp.Or(suggestion, ", served unchanged")})
		} else if field.fields() != nil {
			problems = append(problems, unknownFields(at, value, field.fields())...)
		}
	}
	return problems
}

// partOfItem matches the path of a part of a listed item.
var partOfItem = regexp.MustCompile(`^/projects/[^/]+(?:/instances/[^/]+)?/(results|processors|privateLinks)/[0-9]+/`)

// fold returns warnings without repetitions: of equal ones in different items, it keeps the first and adds their number.
func fold(warnings []Mistake) []Mistake {
	type key struct{ part, message string }
	var folded []Mistake
	var keys []key
	numbers := map[key]int{}
	for _, w := range warnings {
		k := key{w.Path, w.Message}
		if match := partOfItem.FindStringSubmatchIndex(w.Path); match != nil {
			k.part = w.Path[match[2]:match[3]] + w.Path[match[1]:]
		}
		if numbers[k]++; numbers[k] == 1 {
			folded, keys = append(folded, w), append(keys, k)
		}
	}
	for i, k := range keys {
		if numbers[k] > 1 {
			folded[i].Message += fmt.Sprintf(" (first of %d)", numbers[k])
		}
	}
	return folded
}

// similarity also favors a common beginning in very different names, such as "AzureBlob" and "AzureBlobStorage".
var similarity = levenshtein.NewParams().BonusThreshold(0)

// nearest returns the known name that is most similar to an unknown one, ignoring case, or "" if none is similar enough.
func nearest(unknown string, known []string) string {
	const resembles = 0.6 // "lambda" is like "AWSLambda" (0.67), but "SQS" is not like "S3" (0.4).
	best, found := resembles, ""
	for _, name := range known {
		if score := levenshtein.Match(strings.ToLower(unknown), strings.ToLower(name), similarity); score > best {
			best, found = score, name
		}
	}
	return found
}

// didYouMean returns the end of a message about an unknown name, which suggests the nearest known one.
func didYouMean(unknown string, known []string) string {
	if name := nearest(unknown, known); name != "" {
		return fmt.Sprintf("; did you mean %q?", name)
	}
	return ""
}
