package sandbox

import (
	"bytes"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

func newMistake(document []byte, offset int64, path jsontext.Pointer, message string) Mistake {
	before := document[:min(max(int(offset), 0), len(document))]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return Mistake{
		Line:    bytes.Count(before, []byte("\n")) + 1,
		Column:  utf8.RuneCount(line) + 1,
		Path:    string(path),
		Message: message,
	}
}

// index finds where each value of a document starts: at its name if it is a member of an object. It is built for the
// error message alone.
func index(document []byte) map[jsontext.Pointer]int64 {
	at := map[jsontext.Pointer]int64{}
	dec := jsontext.NewDecoder(bytes.NewReader(document), jsontext.AllowDuplicateNames(true))
	for {
		start := dec.InputOffset()
		for start < int64(len(document)) && bytes.IndexByte([]byte(" \t\r\n,:"), document[start]) >= 0 {
			start++
		}
		if _, err := dec.ReadToken(); err != nil {
			return at
		}
		pointer := dec.StackPointer()
		if _, found := at[pointer]; !found { // The end of a value has the pointer of its start.
			at[pointer] = start
		}
	}
}
