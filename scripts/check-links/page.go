package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// page contains the links and anchors of a Markdown page.
type page struct {
	links   []link
	anchors map[string]bool
}

type link struct {
	destination string
	line        int
}

// htmlAnchor matches an anchor in the HTML of the documentation generator.
var htmlAnchor = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)

// parse returns the links and anchors of a page in GitHub Flavored Markdown.
func parse(source []byte) page {
	p := page{anchors: map[string]bool{}}
	for _, found := range htmlAnchor.FindAllSubmatch(source, -1) {
		p.anchors[string(found[1])] = true
	}
	document := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	// The function of a walk returns the only errors of it, which are none.
	_ = ast.Walk(document, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Heading:
			p.addHeading(plain(node, source))
		case *ast.Link:
			p.links = append(p.links, link{string(node.Destination), lineOf(node, source)})
		case *ast.Image:
			p.links = append(p.links, link{string(node.Destination), lineOf(node, source)})
		case *ast.AutoLink:
			if node.AutoLinkType == ast.AutoLinkURL {
				p.links = append(p.links, link{string(node.URL(source)), lineOf(node, source)})
			}
		}
		return ast.WalkContinue, nil
	})
	return p
}

// addHeading adds the anchor that GitHub and the registry create for a heading: in lowercase, without punctuation, with hyphens for
// spaces, and with a number if an earlier heading has the same anchor.
func (p page) addHeading(heading string) {
	slug := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, heading)
	anchor := slug
	for n := 1; p.anchors[anchor]; n++ {
		anchor = fmt.Sprintf("%s-%d", slug, n)
	}
	p.anchors[anchor] = true
}

// plain returns the text of a node without markup.
func plain(node ast.Node, source []byte) string {
	var plain strings.Builder
	// The function of a walk returns the only errors of it, which are none.
	_ = ast.Walk(node, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if text, ok := node.(*ast.Text); ok && entering {
			plain.Write(text.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return plain.String()
}

func lineOf(node ast.Node, source []byte) int {
	return 1 + bytes.Count(source[:max(node.Pos(), 0)], []byte("\n"))
}
