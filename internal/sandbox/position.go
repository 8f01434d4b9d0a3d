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

// locate adds the positions to problems and sorts them by position.
func locate(problems []problem, text []byte) []Mistake {
	if len(problems) == 0 {
		return nil
	}
	at := index(text)
	mistakes := make([]Mistake, len(problems))
	for i, p := range problems {
		mistakes[i] = newMistake(text, at[p.path], p.path, p.message)
	}
	slices.SortFunc(mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return mistakes
}

func newMistake(text []byte, offset int64, path jsontext.Pointer, message string) Mistake {
	before := text[:min(max(int(offset), 0), len(text))]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return Mistake{
		Line:    bytes.Count(before, []byte("\n")) + 1,
		Column:  utf8.RuneCount(line) + 1,
		Path:    string(path),
		Message: message,
	}
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
