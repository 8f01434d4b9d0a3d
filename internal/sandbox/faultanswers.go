package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
)

// target is the resource that follows the script of a fault.
type target struct {
	kind kind
	all  []json.RawMessage                 // what it lists
	more func(name string) json.RawMessage // returns another one of the same kind
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

// moving hides the first result once. A connection is then not found by its name once, because reads in Atlas can lag behind
// writes.
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

// alwaysMoving returns so many answers that a client never gets one twice, however many requests it sends for a list. A
// connection that is read by its name does not change.
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

// withUnknownType does not change lists of instances, which have no type.
func withUnknownType(t target) []Answer {
	if t.kind == instanceListing {
		return nil
	}
	return []Answer{{Times: forever, Results: append(slices.Clone(t.all), json.RawMessage(
		`{"name":"not-yet-known","type":"CarrierPigeon","region":"VIRGINIA_USA","state":"READY","loft":{"pigeons":12}}`,
	))}}
}
