package sandbox

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// LoadError lists the mistakes of a document that cannot be served, in the order of the document.
type LoadError struct {
	Mistakes []Mistake
}

func (e *LoadError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// Load reads a document and validates it with the JSON Schema that [Schema] returns. It also checks what a schema cannot
// express, such as that the connections of an instance have different names.
//
// Atlas adds fields and types, so fields and types of connections that the schema does not describe are served
// unchanged. Load returns a warning for such a field, and for such a type if its name resembles that of a known one. It
// also warns of a saved listing from which connections are missing.
//
// The error is a [*LoadError], a [*ListingError], or the error of the reader. Load returns the warnings with a [*LoadError], too,
// unless the document is not JSON.
func Load(r io.Reader) (data *Data, warnings []Mistake, err error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // some editors and shells write a byte order mark
	// Windows PowerShell writes UTF-16, whose byte order mark no other text starts with.
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) {
		return nil, nil, &LoadError{[]Mistake{{Line: 1, Column: 1, Message: "the text is UTF-16; save it as UTF-8"}}}
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, nil, decodingError(err, text)
	}
	if listing := bareListing(document); listing != nil {
		return nil, nil, listing
	}
	contradictions, doubts := inspect(document)
	problems := append(violations(document), contradictions...)
	var offsets map[jsontext.Pointer]int64
	if len(problems)+len(doubts) > 0 { // most documents need none
		offsets = offsetsIn(text)
	}
	warnings = fold(locate(doubts, text, offsets))
	if len(problems) > 0 {
		return nil, warnings, &LoadError{locate(problems, text, offsets)}
	}
	if err := json.Unmarshal(text, &data); err != nil { // such as a number that Go cannot represent
		return nil, warnings, decodingError(err, text)
	}
	return data, warnings, nil
}

// decodingError locates an error of the JSON decoder.
func decodingError(err error, text []byte) *LoadError {
	offsets, p := offsetsIn(text), problem{"", err.Error()}
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		p = problem{semantic.JSONPointer, "out of range"}
		if reason := semantic.Err; reason != nil && !errors.Is(reason, strconv.ErrSyntax) && !errors.Is(reason, strconv.ErrRange) {
			p.message = reason.Error()
		} else if semantic.GoType != nil && semantic.GoType.Kind() == reflect.Int {
			p.message = "must be a whole number of at most 64 bits, without a decimal point or an exponent"
		}
	} else if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		p = problem{syntactic.JSONPointer, syntactic.Err.Error()}
		offsets[p.path] = syntactic.ByteOffset
		if errors.Is(err, io.ErrUnexpectedEOF) {
			p.message = "unexpected end of file"
		} else if errors.Is(err, jsontext.ErrDuplicateName) {
			p.message = "duplicate field"
		}
	}
	return &LoadError{locate([]problem{p}, text, offsets)}
}
