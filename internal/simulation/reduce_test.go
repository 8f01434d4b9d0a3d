package simulation

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// maxReductions bounds the reductions that smallest tries.
const maxReductions = 1000

// smallest drops parts of h, and makes its values usual, as long as it breaks the same promise. rapid only shrinks what was drawn
// to get h, and cannot drop every part.
func smallest(t *testing.T, h History, v Violation) (History, Violation) {
	t.Helper()
	n, changed := 0, false
	for range maxReductions {
		candidate, ok := reduced(h, n)
		if !ok && !changed {
			break
		}
		if !ok { // another pass
			n, changed = 0, false
		} else if broken, ok := breaks(t, candidate, v.Promise); ok && !reflect.DeepEqual(candidate, h) {
			h, v, changed = candidate, broken, true // and n is the part behind
		} else {
			n++
		}
	}
	return h, v
}

// breaks returns how h breaks a promise in one of two runs, because jitter is different in each.
func breaks(t *testing.T, h History, promise string) (v Violation, broken bool) {
	t.Helper()
	for range 2 {
		for _, v := range judge(h, Run(t, h)) {
			if v.Promise == promise {
				return v, true
			}
		}
	}
	return Violation{}, false
}

// reduced returns a copy of h without its nth part, or with its nth value as usual. It returns false if h has fewer of them.
func reduced(h History, n int) (History, bool) {
	var c History
	data, err := json.Marshal(h)
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		panic(err)
	}
	if !reduce(reflect.ValueOf(&c).Elem(), &n) {
		return h, false
	}
	if len(c.Blocks) == 0 { // nobody reads
		return h, true
	}
	for i := range c.Reads {
		c.Reads[i].Block = min(c.Reads[i].Block, len(c.Blocks)-1)
	}
	return visible(c), true
}

// essential are the fields without which a part means nothing.
var essential = []string{"Kind", "Name", "ID", "Type", "What", "SignIn", "DataSource"}

// usual are the values of fields that are usually not zero.
var usual = map[string]any{"MaxRetries": -1, "Instance": mainInstance, "Times": 1}

// reduce makes the nth reduction of v, or subtracts from n how many it has.
func reduce(v reflect.Value, n *int) bool {
	if v.Kind() == reflect.Slice {
		if *n < v.Len() {
			v.Set(reflect.AppendSlice(v.Slice(0, *n), v.Slice(*n+1, v.Len())))
			return true
		}
		*n -= v.Len()
		for i := range v.Len() {
			if v.Index(i).Kind() == reflect.Struct && reduce(v.Index(i), n) {
				return true
			}
		}
		return false
	}
	for i := range v.NumField() {
		name, field := v.Type().Field(i).Name, v.Field(i)
		if kind := field.Kind(); kind == reflect.Slice || kind == reflect.Struct {
			if reduce(field, n) {
				return true
			}
			continue
		}
		value := reflect.Zero(field.Type())
		if other, ok := usual[name]; ok {
			value = reflect.ValueOf(other)
		}
		if slices.Contains(essential, name) || field.Equal(value) {
			continue
		}
		if *n == 0 {
			field.Set(value)
			return true
		}
		*n--
	}
	return false
}
