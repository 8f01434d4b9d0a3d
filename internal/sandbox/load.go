package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// LoadError lists what is wrong with a document.
type LoadError struct {
	Mistakes []Mistake
}

// Mistake is one thing that is wrong with a document, and where.
type Mistake struct {
	Line, Column int    // both from 1
	Path         string // a JSON Pointer (RFC 6901)
	Message      string
}

func (e *LoadError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

func (m Mistake) String() string {
	at := ""
	if m.Path != "" {
		at = m.Path + ": "
	}
	return fmt.Sprintf("line %d, column %d: %s%s", m.Line, m.Column, at, m.Message)
}

// Load reads a document and checks it: unknown fields, duplicate names, and whatever the API could not return. The
// fields of the connections themselves are free, as Atlas adds to them. The error is a *LoadError, or of the reader.
func Load(r io.Reader) (*Data, error) {
	document, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	document = bytes.TrimPrefix(document, []byte("\ufeff")) // Some editors and shells begin a file with a byte order mark.
	var data Data
	if err := json.Unmarshal(document, &data, json.RejectUnknownMembers(true)); err != nil {
		return nil, &LoadError{Mistakes: []Mistake{mistakeOf(err, document)}}
	}
	if problems := data.check(); len(problems) > 0 {
		at := index(document)
		mistakes := make([]Mistake, len(problems))
		for i, p := range problems {
			mistakes[i] = newMistake(document, at[p.path], p.path, p.message)
		}
		return nil, &LoadError{Mistakes: mistakes}
	}
	return &data, nil
}

func mistakeOf(err error, document []byte) Mistake {
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		// The offset of a SemanticError may lie before the space that precedes the value.
		offset, found := index(document)[semantic.JSONPointer]
		if !found {
			offset = semantic.ByteOffset
		}
		return newMistake(document, offset, semantic.JSONPointer, explain(semantic))
	}
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return newMistake(document, syntactic.ByteOffset, syntactic.JSONPointer, syntactic.Err.Error())
	}
	return newMistake(document, int64(len(document)), "", err.Error())
}

func explain(err *json.SemanticError) string {
	switch {
	case errors.Is(err, json.ErrUnknownName):
		return "the field is not known"
	case err.Err == nil, errors.Is(err, strconv.ErrSyntax), errors.Is(err, strconv.ErrRange):
		return fmt.Sprintf("%s is needed, not %s", needed(err.GoType), kinds[err.JSONKind])
	default:
		return err.Err.Error()
	}
}

var kinds = map[jsontext.Kind]string{
	'n': "null", 't': "true", 'f': "false", '"': "a string", '0': "such a number", '{': "an object", '[': "a list",
}

// needed says in JSON's words what a Go type takes.
func needed(t reflect.Type) string {
	switch {
	case t == nil:
		return "another value"
	case t.Kind() == reflect.Pointer:
		return needed(t.Elem())
	case t.Kind() == reflect.Struct, t.Kind() == reflect.Map:
		return "an object"
	case t.Kind() == reflect.Slice:
		return "a list"
	case t.Kind() == reflect.Int:
		return "a whole number"
	case t.Kind() == reflect.Bool:
		return "true or false"
	default:
		return "a string"
	}
}
