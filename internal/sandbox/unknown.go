package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	errorkind "github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// unknowns returns the fields of connections that are not in the schema, and types whose names are similar to a known one. Any
// other type is one that Atlas added, whose fields are not checked.
func unknowns(document any) []problem {
	var problems []problem
	undescribed := innermost(compile().strict.Validate(document))
	added := map[jsontext.Pointer]bool{} // connections of such a type
	for _, v := range undescribed {
		k, ok := v.ErrorKind.(*errorkind.Enum)
		if !ok {
			continue
		}
		at, name := pointer(v.InstanceLocation), fmt.Sprint(k.Got)
		if meant := didYouMean(name, texts(k.Want)); meant != "" {
			problems = append(problems, problem{at, fmt.Sprintf("unknown type %q%s", name, meant)})
		} else {
			added[at.Parent()] = true
		}
	}
	for _, v := range undescribed {
		k, ok := v.ErrorKind.(*errorkind.AdditionalProperties)
		if !ok || added[pointer(v.InstanceLocation[:min(len(connectionPath), len(v.InstanceLocation))])] {
			continue
		}
		for _, name := range k.Properties {
			message := "unknown field" + cmp.Or(didYouMean(name, fieldsOf(v)), ", served unchanged")
			problems = append(problems, problem{pointer(v.InstanceLocation).AppendToken(name), message})
		}
	}
	return problems
}

// connectionPath is the path of a connection.
var connectionPath = [...]string{"projects", "*", "instances", "*", "results", "*"}

// fold returns warnings without repetitions: of equal ones, it keeps the first and adds their number.
func fold(warnings []Mistake) []Mistake {
	same := map[string][]Mistake{}
	var keys []string
	for _, w := range warnings {
		tokens := slices.Collect(jsontext.Pointer(w.Path).Tokens())
		if len(tokens) > len(connectionPath) {
			tokens = tokens[len(connectionPath):]
		}
		key := strings.Join(append(tokens, w.Message), "\x00")
		if same[key] == nil {
			keys = append(keys, key)
		}
		same[key] = append(same[key], w)
	}
	var folded []Mistake
	for _, key := range keys {
		first := same[key][0]
		if n := len(same[key]); n > 1 {
			first.Message += fmt.Sprintf(" (first of %d)", n)
		}
		folded = append(folded, first)
	}
	return folded
}
