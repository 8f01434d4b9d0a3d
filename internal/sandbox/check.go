package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/go-json-experiment/json/jsontext"
)

// inspect returns what the schema does not express: mistakes, which contradict other parts of the document, and warnings of what
// is served although it may be a mistake. A part that the schema does not allow is neither.
func inspect(document any) (mistakes, warnings []problem) {
	for projectID, project := range object(object(document)["projects"]) {
		instances := jsontext.Pointer("/projects").AppendToken(projectID).AppendToken("instances")
		for name, value := range object(object(project)["instances"]) {
			at, instance := instances.AppendToken(name), object(value)
			if got, _ := instance["name"].(string); got != "" && got != name {
				mistakes = append(mistakes, problem{at.AppendToken("name"), fmt.Sprintf("must be %q, the name of the instance in the project", name)})
			}
			if got, _ := instance["groupId"].(string); got != "" && got != projectID {
				mistakes = append(mistakes, problem{at.AppendToken("groupId"), fmt.Sprintf("must be %q, the id of the project", projectID)})
			}
			wrong, odd := inspectListing(at, instance)
			mistakes, warnings = append(mistakes, wrong...), append(warnings, odd...)
		}
	}
	return mistakes, warnings
}

// inspectListing returns the mistakes and the warnings about the connections of an instance, and their number.
func inspectListing(instance jsontext.Pointer, fields map[string]any) (mistakes, warnings []problem) {
	results, _ := fields["results"].([]any)
	if count, _ := fields["totalCount"].(float64); count > float64(len(results)) {
		message := fmt.Sprintf("the listing contains only %d of %.0f connections", len(results), count)
		warnings = append(warnings, problem{instance.AppendToken("totalCount"), message})
	}
	names := map[string]bool{}
	for i, result := range results {
		at, connection := instance.AppendToken("results").AppendToken(strconv.Itoa(i)), object(result)
		name, ok := connection["name"].(string)
		if ok && names[name] {
			message := fmt.Sprintf("another connection of the instance is also named %q", name)
			mistakes = append(mistakes, problem{at.AppendToken("name"), message})
		}
		names[name] = true
		warnings = append(warnings, unknowns(at, connection)...)
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

func unknownFields(at jsontext.Pointer, value any, known map[string]schemaNode) []problem {
	var problems []problem
	for name, value := range object(value) {
		at := at.AppendToken(name)
		if field, ok := known[name]; !ok {
			suggestion := didYouMean(name, slices.Sorted(maps.Keys(known)))
			problems = append(problems, problem{at, "unknown field" + cmp.Or(suggestion, ", served unchanged")})
		} else if field.Properties != nil {
			problems = append(problems, unknownFields(at, value, field.Properties)...)
		}
	}
	return problems
}

// fold returns warnings without repetitions: of equal ones in different connections, it keeps the first and adds their number.
func fold(warnings []Mistake) []Mistake {
	type key struct{ part, message string }
	const depth = 7 // of a part of a connection: /projects/*/instances/*/results/*/part
	var folded []Mistake
	var keys []key
	numbers := map[key]int{}
	for _, w := range warnings {
		k := key{w.Path, w.Message}
		if tokens := strings.SplitN(w.Path, "/", depth+1); len(tokens) > depth {
			k.part = tokens[depth]
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
