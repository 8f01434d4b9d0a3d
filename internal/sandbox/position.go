package sandbox

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Mistake is one thing to correct in a document.
type Mistake struct {
	Line, Column int    // from 1; columns are characters
	Path         string // JSON Pointer (RFC 6901)
	Message      string
}

// Text returns the message, after the path if there is one.
func (m Mistake) Text() string { return strings.TrimPrefix(m.Path+": "+m.Message, ": ") }

func (m Mistake) String() string {
	return fmt.Sprintf("line %d, column %d: %s", m.Line, m.Column, m.Text())
}

// problem is a mistake without a position.
type problem struct {
	path    jsontext.Pointer
	message string
}

// locate sorts problems by the offset of their path and adds the positions. There can be thousands of problems, all of them in one
// line, so it counts lines and characters only once for all of them.
func locate(problems []problem, text []byte, offsets map[jsontext.Pointer]int64) []Mistake {
	slices.SortFunc(problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(offsets[a.path], offsets[b.path]), cmp.Compare(a.message, b.message))
	})
	mistakes := make([]Mistake, len(problems))
	line, column, offset := 1, 1, int64(0)
	for i, p := range problems {
		passed := text[offset:offsets[p.path]]
		offset = offsets[p.path]
		if end := bytes.LastIndexByte(passed, '\n'); end >= 0 {
			line += bytes.Count(passed, []byte("\n"))
			column, passed = 1, passed[end+1:]
		}
		column += utf8.RuneCount(passed)
		mistakes[i] = Mistake{Line: line, Column: column, Path: string(p.path), Message: p.message}
	}
	return mistakes
}

// offsetsIn returns the offset of each value, or the offset of its name if it is a member of an object.
func offsetsIn(text []byte) map[jsontext.Pointer]int64 {
	offsets := map[jsontext.Pointer]int64{}
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))
	for {
		rest := bytes.TrimLeft(text[dec.InputOffset():], " \t\r\n,:")
		if _, err := dec.ReadToken(); err != nil {
			return offsets
		}
		path := dec.StackPointer()
		if _, found := offsets[path]; !found { // the end of a value has the same path as its start
			offsets[path] = int64(len(text) - len(rest))
		}
	}
}
