package provider_test

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

func TestEveryAttributeIsDescribedInSentences(t *testing.T) {
	t.Parallel()
	schema, err := providerserver.NewProtocol6(provider.New("test"))().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	checkBlock(t, "provider", schema.Provider.Block)
	for name, dataSource := range schema.DataSourceSchemas {
		checkBlock(t, name, dataSource.Block)
	}
	for name, function := range schema.Functions {
		checkDescription(t, name, function.Description, function.DescriptionKind)
		for _, parameter := range function.Parameters {
			checkDescription(t, name+"."+parameter.Name, parameter.Description, parameter.DescriptionKind)
		}
	}
	if len(schema.Functions) == 0 {
		t.Error("the provider has no functions")
	}
}

func checkBlock(t *testing.T, at string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	checkDescription(t, at, block.Description, block.DescriptionKind)
	if len(block.BlockTypes) > 0 {
		t.Errorf("%s has a nested block, which this test does not look into", at)
	}
	checkAttributes(t, at, block.Attributes)
}

func checkAttributes(t *testing.T, at string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, attribute := range attributes {
		name := at + "." + attribute.Name
		checkDescription(t, name, attribute.Description, attribute.DescriptionKind)
		if attribute.NestedType != nil {
			checkAttributes(t, name, attribute.NestedType.Attributes)
		}
	}
}

func checkDescription(t *testing.T, at, text string, kind tfprotov6.StringKind) {
	t.Helper()
	switch {
	case text == "":
		t.Errorf("%s has no description", at)
	case kind != tfprotov6.StringKindMarkdown:
		t.Errorf("%s has a description that is not Markdown", at)
	case !strings.HasSuffix(text, "."):
		t.Errorf("%s has a description that ends without a period: %q", at, text)
	case !startsSentence.MatchString(text):
		t.Errorf("%s has a description that does not begin as a sentence: %q", at, text)
	}
}

var startsSentence = regexp.MustCompile("^[\\p{Lu}`]")

// TestEveryPageIsWrittenInSentences reads the pages that people write. The generated pages derive from them.
func TestEveryPageIsWrittenInSentences(t *testing.T) {
	t.Parallel()
	pages := []string{"../../README.md", "../../CONTRIBUTING.md"}
	err := filepath.WalkDir("../../templates", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			pages = append(pages, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			file, err := os.Open(page) //nolint:gosec // a page of this repository
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = file.Close() }()
			last, lines, code := "", bufio.NewScanner(file), false
			for lines.Scan() {
				line := strings.TrimSpace(lines.Text())
				if strings.HasPrefix(line, "```") {
					code = !code
				}
				if code || line == "" || markup.MatchString(line) || listItem.MatchString(line) {
					checkEnd(t, last)
				}
				if last = line; code || markup.MatchString(line) {
					last = ""
				}
			}
			checkEnd(t, last)
			if err := lines.Err(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// markup matches a line that is not text: a heading, a table, a picture, a directive of a template, or front matter.
var markup = regexp.MustCompile("^(#|\\||!\\[|\\{\\{|<|---$|```|page_title:|subcategory:|description:)")

var listItem = regexp.MustCompile(`^(-|[0-9]+\.) `)

// checkEnd checks how the last line of a paragraph ends.
func checkEnd(t *testing.T, line string) {
	t.Helper()
	if line != "" && !strings.ContainsAny(line[len(line)-1:], ".:?") {
		t.Errorf("a paragraph ends without a period: %q", line)
	}
}
