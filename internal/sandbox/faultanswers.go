package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
)

// target is the resource that follows a fault's script.
type target struct {
	kind kind
	all  []json.RawMessage                 // what is listed
	more func(name string) json.RawMessage // makes one more of its kind
}

type kind int

const (
	connectionListing kind = iota
	oneConnection
	instanceListing
)

func always(answers ...Answer) func(target) []Answer {
	return func(target) []Answer { return slices.Clone(answers) }
}

// moving hides the first of a listing once. A connection that is read by its name is then not found once, as reads of
// Atlas lag behind writes.
func moving(t target) []Answer {
	switch {
	case t.kind == oneConnection:
		return []Answer{{Results: []json.RawMessage{}}}
	case len(t.all) == 0:
		return []Answer{{TotalCount: new(1)}}
	default:
		return []Answer{{Results: t.all[1:], TotalCount: new(len(t.all))}}
	}
}

// alwaysMoving has so many answers that a client does not see one twice, however many requests it needs for a listing.
// Others that come and go do not change a connection that is read by its name.
func alwaysMoving(t target) []Answer {
	if t.kind == oneConnection {
		return nil
	}
	answers := make([]Answer, 1000)
	for i := range answers {
		passing := t.more(fmt.Sprintf("passing-%03d", i))
		answers[i] = Answer{Results: append(slices.Clone(t.all), passing), TotalCount: new(len(t.all) + 2)}
	}
	return answers
}

func miscounted(t target) []Answer {
	return []Answer{{Times: forever, TotalCount: new(len(t.all) + 1)}}
}

// withUnknownType changes no listing of instances, which have no type.
func withUnknownType(t target) []Answer {
	if t.kind == instanceListing {
		return nil
	}
	return []Answer{{Times: forever, Results: append(slices.Clone(t.all), json.RawMessage(
		`{"name":"not-yet-known","type":"CarrierPigeon","region":"VIRGINIA_USA","state":"READY","loft":{"pigeons":12}}`,
	))}}
}
