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
// The error is a [*LoadError], a [*ListingError], or the error of the reader.
func Load(r io.Reader) (data *Data, warnings []Mistake, err error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // some editors and shells write a byte order mark
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, nil, &LoadError{Mistakes: []Mistake{mistakeOf(err, text)}}
	}
	if listing := bareListing(document); listing != nil {
		return nil, nil, listing
	}
	if problems := violations(document); len(problems) > 0 {
		return nil, nil, &LoadError{Mistakes: locate(problems, text)}
	}
	if err := json.Unmarshal(text, &data); err != nil { // such as a number that Go cannot represent
		return nil, nil, &LoadError{Mistakes: []Mistake{mistakeOf(err, text)}}
	}
	if problems := data.contradictions(); len(problems) > 0 {
		return nil, nil, &LoadError{Mistakes: locate(problems, text)}
	}
	return data, fold(locate(append(unknowns(document), data.cutListings()...), text)), nil
}

// mistakeOf locates an error of the JSON decoder.
func mistakeOf(err error, text []byte) Mistake {
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		message := "out of range"
		if reason := semantic.Err; reason != nil && !errors.Is(reason, strconv.ErrSyntax) && !errors.Is(reason, strconv.ErrRange) {
			message = reason.Error()
		} else if semantic.GoType != nil && semantic.GoType.Kind() == reflect.Int {
			message = "must be a whole number of at most 64 bits, without a decimal point or an exponent"
		}
		return locate([]problem{{semantic.JSONPointer, message}}, text)[0]
	}
	syntactic, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return newCursor(text).mistake(int64(len(text)), problem{"", err.Error()})
	}
	message := syntactic.Err.Error()
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		message = "unexpected end of file"
	case errors.Is(err, jsontext.ErrDuplicateName):
		message = "duplicate field"
	}
	return newCursor(text).mistake(syntactic.ByteOffset, problem{syntactic.JSONPointer, message})
}
