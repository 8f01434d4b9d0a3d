package main

import (
	"slices"
	"strings"
	"unicode"
)

// describe returns the description of the field at path. types are the types of connections that have it; none means all.
func describe(path, types []string, writeOnly bool) string {
	name := path[len(path)-1]
	text := textFor(path)
	switch {
	case len(path) == 1 && len(types) > 0 && text == "":
		text = "For " + enumerate(types) + "."
	case len(path) == 1 && len(types) > 0:
		text = "For " + enumerate(types) + ": " + uncapitalized(text)
	case name == "links":
		text = descriptions["links"]
	case len(path) == 1 && text == "":
		text = "Field `" + name + "` of any connection."
	case text == "":
		text = "Field `" + name + "` of `" + path[len(path)-2] + "`."
	}
	if writeOnly {
		text += " Atlas never returns it, and the sandbox does not serve it."
	}
	return text
}

// textFor returns the description of the path or, if there is none, of as many of its last names as possible, at least two.
func textFor(path []string) string {
	for i := range max(1, len(path)-1) {
		if text := descriptions[strings.Join(path[i:], ".")]; text != "" {
			return text
		}
	}
	return ""
}

// enumerate lists names as a sentence does: `A`, `B` and `C`.
func enumerate(names []string) string {
	quoted := slices.Clone(names)
	for i := range quoted {
		quoted[i] = "`" + quoted[i] + "`"
	}
	last := len(quoted) - 1
	if last == 0 {
		return quoted[0]
	}
	return strings.Join(quoted[:last], ", ") + " and " + quoted[last]
}

// uncapitalized returns a sentence that begins with a lowercase letter, for use after a colon, unless it begins with an
// abbreviation such as URL.
func uncapitalized(sentence string) string {
	letters := []rune(sentence)
	if len(letters) > 1 && !unicode.IsUpper(letters[1]) {
		letters[0] = unicode.ToLower(letters[0])
	}
	return string(letters)
}
