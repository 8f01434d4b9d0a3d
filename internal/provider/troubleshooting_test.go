package provider_test

import (
	"go/ast"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// guide is the page that explains every diagnostic.
const guide = "../../templates/guides/troubleshooting.md.tmpl"

func TestEveryDiagnosticIsExplained(t *testing.T) {
	t.Parallel()
	summaries := diagnosticSummaries(t)
	if len(summaries) < 10 {
		t.Fatalf("found %d summaries only: %q", len(summaries), summaries)
	}
	checkHeadings(t, summaries)
}

// TestEveryInvalidArgumentIsExplained sets each argument to values that are not valid, to collect the framework's summaries.
func TestEveryInvalidArgumentIsExplained(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t, provider.New("test"))
	summaries := map[string]bool{}
	for _, name := range server.Names() {
		for argument, typ := range server.TypeOf(name).AttributeTypes {
			for _, value := range suspects(typ) {
				resp, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
					TypeName: name, Config: server.Config(t, name, map[string]tftypes.Value{argument: value}),
				})
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range resp.Diagnostics {
					summaries[d.Summary] = true
				}
			}
		}
	}
	if len(summaries) < 5 {
		t.Fatalf("found %d summaries only: %v", len(summaries), summaries)
	}
	checkHeadings(t, slices.Sorted(maps.Keys(summaries)))
}

// suspects returns values of typ that an argument may reject.
func suspects(typ tftypes.Type) []tftypes.Value {
	var values []tftypes.Value
	add := func(vs ...any) {
		for _, v := range vs {
			values = append(values, tftypes.NewValue(typ, v))
		}
	}
	switch {
	case typ.Is(tftypes.String):
		add(nil, "", "(", ".", "\x00", "x")
	case typ.Is(tftypes.Number):
		add(-1, 0, 1.5, 1<<40)
	case typ.Is(tftypes.Set{}):
		add([]tftypes.Value{}, []tftypes.Value{tftypes.NewValue(tftypes.String, nil)}, []tftypes.Value{acctest.String("")})
	case typ.Is(tftypes.Object{}):
		object := typ.(tftypes.Object) //nolint:forcetypeassert // as just checked
		if read, ok := object.AttributeTypes["read"]; ok && len(object.AttributeTypes) == 1 {
			add(map[string]tftypes.Value{"read": tftypes.NewValue(read, "x")})
		}
	}
	return values
}

// checkHeadings checks that the guide has a heading for each summary.
func checkHeadings(t *testing.T, summaries []string) {
	t.Helper()
	var headings []string
	for line := range strings.Lines(readGuide(t)) {
		if strings.HasPrefix(line, "##") {
			headings = append(headings, line)
		}
	}
	for _, summary := range summaries {
		if !slices.ContainsFunc(headings, func(heading string) bool { return strings.Contains(heading, summary) }) {
			t.Errorf("the troubleshooting guide has no heading for %q", summary)
		}
	}
}

// code matches an error code of Atlas or OAuth.
var code = regexp.MustCompile(`^([A-Z]+(_[A-Z]+)+|[a-z]+_[a-z]+)$`)

func TestEveryErrorCodeIsExplained(t *testing.T) {
	t.Parallel()
	page := readGuide(t)
	var codes []string
	inspect(t, "../diagnostic", func(node ast.Node) {
		clause, ok := node.(*ast.CaseClause)
		if !ok {
			return
		}
		for _, expression := range clause.List {
			ast.Inspect(expression, func(node ast.Node) bool {
				literal, ok := node.(*ast.BasicLit)
				if ok && code.MatchString(strings.Trim(literal.Value, `"`)) {
					codes = append(codes, strings.Trim(literal.Value, `"`))
				}
				return true
			})
		}
	})
	if len(codes) < 11 {
		t.Errorf("found %d codes only: %q", len(codes), codes)
	}
	for _, code := range codes {
		if !strings.Contains(page, code) {
			t.Errorf("the troubleshooting guide does not explain the code %s", code)
		}
	}
}

// reason matches why an answer is unusable: a text of package atlas that completes the sentence "The answer …" or that comes
// after it.
var reason = regexp.MustCompile(`^(is|has|contains|redirects) [^%:,]+`)

// TestEveryUnusableAnswerIsExplained looks for each reason, up to its first variable part.
func TestEveryUnusableAnswerIsExplained(t *testing.T) {
	t.Parallel()
	page := readGuide(t)
	reasons := 0
	inspect(t, "../atlas", func(node ast.Node) {
		literal, ok := node.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return
		}
		if text := reason.FindString(strings.Trim(literal.Value, "`\"")); text != "" {
			reasons++
			if phrase := "`" + strings.TrimSpace(text) + "`"; !strings.Contains(page, phrase) {
				t.Errorf("the troubleshooting guide does not explain an answer that %s", phrase)
			}
		}
	})
	if reasons < 15 {
		t.Errorf("found %d reasons only", reasons)
	}
}

func readGuide(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}
