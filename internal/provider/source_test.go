package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// summaryAt is the index of the argument that is the summary, by function: functions of the framework, and diagnostic.Internal.
var summaryAt = map[string]int{
	"Internal": 0, "Short": 0,
	"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0,
	"AddAttributeError": 1, "AddAttributeWarning": 1, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
}

// diagnosticSummaries returns the summary of each diagnostic in the source code.
func diagnosticSummaries(t *testing.T) []string {
	t.Helper()
	var summaries []string
	inspect(t, "..", func(node ast.Node) {
		if summary, ok := summaryOf(t, node); ok && !slices.Contains(summaries, summary) {
			summaries = append(summaries, summary)
		}
	})
	return summaries
}

// inspect calls visit for each node of the source code in folder, except in tests.
func inspect(t *testing.T, folder string, visit func(ast.Node)) {
	t.Helper()
	err := filepath.WalkDir(folder, func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			visit(node)
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// summaryOf returns the summary if node creates a diagnostic or an error that becomes one.
func summaryOf(t *testing.T, node ast.Node) (summary string, ok bool) {
	t.Helper()
	switch node := node.(type) {
	case *ast.CallExpr:
		function, ok := node.Fun.(*ast.SelectorExpr)
		if !ok {
			return "", false
		}
		index, ok := summaryAt[function.Sel.Name]
		if !ok {
			return "", false
		}
		if isPassedOn(node.Args[index]) {
			return "", false
		}
		return constant(t, node.Args[index])
	case *ast.CompositeLit:
		if !hasSummary(node.Type) {
			return "", false
		}
		for _, element := range node.Elts {
			field, ok := element.(*ast.KeyValueExpr)
			if name, isName := field.Key.(*ast.Ident); ok && isName && name.Name == "Summary" {
				if isPassedOn(field.Value) {
					return "", false
				}
				return constant(t, field.Value)
			}
		}
		t.Error("an error or a read has no summary")
	}
	return "", false
}

// hasSummary reports whether typ is validation.String, read.Listing, or diagnostic.Request, which contain the summary of a diagnostic.
// Other packages have types of these names, too.
func hasSummary(typ ast.Expr) bool {
	_, qualified := typ.(*ast.SelectorExpr)
	return qualified && (isType(typ, "validation", "String") || isType(typ, "read", "Listing") || isType(typ, "diagnostic", "Request"))
}

// isType reports whether typ is the type name of the package pkg, or a type of that name without a package.
func isType(typ ast.Expr, pkg, name string) bool {
	switch typ := typ.(type) {
	case *ast.SelectorExpr:
		from, ok := typ.X.(*ast.Ident)
		return ok && from.Name == pkg && typ.Sel.Name == name
	case *ast.Ident:
		return typ.Name == name
	}
	return false
}

// isPassedOn reports whether text is the summary of such a value or of another diagnostic, or a parameter of a function, whose
// callers are inspected instead.
func isPassedOn(text ast.Expr) bool {
	switch text := text.(type) {
	case *ast.CallExpr:
		return isPassedOn(text.Fun)
	case *ast.SelectorExpr:
		return text.Sel.Name == "Summary"
	case *ast.Ident:
		return text.Name == "summary"
	}
	return false
}

func constant(t *testing.T, text ast.Expr) (value string, ok bool) {
	t.Helper()
	literal, ok := text.(*ast.BasicLit)
	if !ok {
		t.Errorf("the summary of a diagnostic is not a constant text: %#v", text)
		return "", false
	}
	value, err := strconv.Unquote(literal.Value)
	if err != nil {
		t.Error(err)
	}
	return value, err == nil
}
