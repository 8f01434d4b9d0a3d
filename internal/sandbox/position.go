package sandbox

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Mistake is one thing to correct in a document.
type Mistake struct {
	Line, Column int    // from 1; columns are characters
	Path         string // JSON Pointer (RFC 6901)
	Message      string
}

func (m Mistake) String() string {
	at := ""
	if m.Path != "" {
		at = m.Path + ": "
	}
	return fmt.Sprintf("line %d, column %d: %s%s", m.Line, m.Column, at, m.Message)
}

// problem is a mistake without a position.
type problem struct {
	path    jsontext.Pointer
	message string
}

// locate sorts problems by position and adds the positions. There can be thousands of problems, all of them in one line, so it
// counts lines and characters only once for all of them.
func locate(problems []problem, text []byte) []Mistake {
	if len(problems) == 0 {
		return nil
	}
	at := index(text)
	slices.SortFunc(problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(at[a.path], at[b.path]), cmp.Compare(a.message, b.message))
	})
	c := newCursor(text)
	mistakes := make([]Mistake, len(problems))
	for i, p := range problems {
		mistakes[i] = c.mistake(at[p.path], p)
	}
	return mistakes
}

// cursor is a position in a text. It only moves forward.
type cursor struct {
	rest         []byte
	offset       int64
	line, column int
}

func newCursor(text []byte) *cursor {
	return &cursor{rest: text, line: 1, column: 1}
}

// mistake moves to an offset, which is not before the current one, and returns a problem with the position there.
func (c *cursor) mistake(offset int64, p problem) Mistake {
	passed := c.rest[:min(max(offset-c.offset, 0), int64(len(c.rest)))]
	c.rest, c.offset = c.rest[len(passed):], c.offset+int64(len(passed))
	if end := bytes.LastIndexByte(passed, '\n'); end >= 0 {
		c.line += bytes.Count(passed, []byte("\n"))
		c.column, passed = 1, passed[end+1:]
	}
	c.column += utf8.RuneCount(passed)
	return Mistake{Line: c.line, Column: c.column, Path: string(p.path), Message: p.message}
}

// index returns the offset of each value, or the offset of its name if it is a member of an object.
func index(text []byte) map[jsontext.Pointer]int64 {
	at := map[jsontext.Pointer]int64{}
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))
	for {
		start := dec.InputOffset()
		for start < int64(len(text)) && bytes.IndexByte([]byte(" \t\r\n,:"), text[start]) >= 0 {
			start++
		}
		if _, err := dec.ReadToken(); err != nil {
			return at
		}
		pointer := dec.StackPointer()
		if _, found := at[pointer]; !found { // the end of a value has the same pointer as its start
			at[pointer] = start
		}
	}
}
