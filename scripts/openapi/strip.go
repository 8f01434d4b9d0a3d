package main

import "strings"

// prose are the keywords for people, and lists of values that the API may extend at any time.
var prose = map[string]bool{
	"deprecated": true, "description": true, "enum": true, "example": true, "examples": true, "externalDocs": true,
	"summary": true, "tags": true, "title": true,
}

// named are the keywords whose value maps names, which are not keywords themselves, to parts of the description.
var named = map[string]bool{
	"content": true, "headers": true, "mapping": true, "properties": true, "responses": true, "schemas": true,
}

// stripped returns a copy of a part of the description without prose and without MongoDB's own keywords, except typesKeyword.
func stripped(part any) any {
	switch part := part.(type) {
	case object:
		short := object{}
		for keyword, value := range part {
			switch {
			case prose[keyword], strings.HasPrefix(keyword, "x-") && keyword != typesKeyword:
			case named[keyword]:
				short[keyword] = strippedEach(value)
			default:
				short[keyword] = stripped(value)
			}
		}
		return short
	case []any:
		short := make([]any, len(part))
		for i, item := range part {
			short[i] = stripped(item)
		}
		return short
	default:
		return part
	}
}

func strippedEach(parts any) any {
	names, ok := parts.(object)
	if !ok { // the list of properties of a type
		return stripped(parts)
	}
	short := object{}
	for name, part := range names {
		short[name] = stripped(part)
	}
	return short
}
