package main

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		page, content string
		want          string
	}{
		"to a page":            {"README.md", "[x](docs/index.md) [y](docs/guides) [z](main.go)", ""},
		"to a heading":         {"README.md", "[x](docs/index.md#the-name-atlas-is-taken)", ""},
		"to a second heading":  {"README.md", "[x](docs/index.md#roles-1)", ""},
		"to an anchor in HTML": {"README.md", "[x](docs/index.md#nestedatt--results)", ""},
		"to its own heading":   {"docs/a.md", "# The snake_case, and `code`!\n\n[x](#the-snake_case-and-code)", ""},
		"to a file of the program": {"docs/a.md", "[x](https://github.com/seed-5109b9b7/terraform-provider-atlas/blob/main/main.go)",
			""},
		"between registry pages": {"docs/a.md", "[x](guides/moving.md#steps) [y](index.md#roles)", ""},
		"between their folders":  {"docs/guides/a.md", "[x](moving.md#steps) [y](../index.md#roles)", ""},
		"to elsewhere": {"README.md", "<https://example.com> [x](https://example.com/#y) [z](mailto:x@example.com)",
			""},
		"in a fence":         {"README.md", "```\n[x](missing.md)\n```", ""},
		"in a built folder":  {"bin/a.md", "[x](missing.md)", ""},
		"in a hidden folder": {".terraform/a.md", "[x](missing.md)", ""},
		"to no file":         {"README.md", "\n[x](missing.md)", "README.md:2: missing.md: there is no missing.md"},
		"from a folder": {"docs/guides/a.md", "[x](#y)",
			`docs/guides/a.md:1: #y: docs/guides/a.md has no anchor "y"`},
		"out of the repository": {"README.md", "[x](../README.md)", "README.md:1: ../README.md: there is no ../README.md"},
		"to no heading": {"README.md", "[x](docs/index.md#y)",
			`README.md:1: docs/index.md#y: docs/index.md has no anchor "y"`},
		"to no third heading": {"README.md", "[x](docs/index.md#roles-2)",
			`README.md:1: docs/index.md#roles-2: docs/index.md has no anchor "roles-2"`},
		"picture":      {"README.md", "![x](x.svg)", "README.md:1: x.svg: there is no x.svg"},
		"in a table":   {"README.md", "| a |\n| - |\n| [x](y.md) |", "README.md:3: y.md: there is no y.md"},
		"by reference": {"README.md", "[x][y]\n\n[y]: y.md", "README.md:1: y.md: there is no y.md"},
		"to the registry": {"docs/a.md", "[x](" + registry + "latest/docs)", "docs/a.md:1: " + registry + "latest/docs: before a release, " +
			"the registry has no page: write a relative link, such as ../guides/troubleshooting.md"},
		"to no file of the program": {"README.md", "[x](" + repository + "x.go)",
			"README.md:1: " + repository + "x.go: there is no x.go"},
		"out of the registry pages": {"docs/a.md", "[x](../main.go)",
			"docs/a.md:1: ../main.go: the registry has only the pages in docs/: begin the link with " + repository},
		"to a folder of the registry pages": {"docs/a.md", "[x](guides)",
			"docs/a.md:1: guides: the registry has only the pages in docs/: begin the link with " + repository},
		"without encryption": {"README.md", "[x](http://example.com)",
			"README.md:1: http://example.com: write a link with https:// or mailto:, or a relative one"},
		"from the root": {"README.md", "[x](/main.go)",
			"README.md:1: /main.go: write a link with https:// or mailto:, or a relative one"},
		"that is not a URL": {"README.md", "[x](https://exa%ZZmple)",
			`README.md:1: https://exa%ZZmple: parse "https://exa%ZZmple": invalid URL escape "%ZZ"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			index := "<a id=\"nestedatt--results\"></a>\n# The name `atlas` is taken\n## Roles\n## Roles\n"
			root := fstest.MapFS{
				"main.go":               {},
				"docs/index.md":         {Data: []byte(index)},
				"docs/guides/moving.md": {Data: []byte("Steps\n=====\n")},
				test.page:               {Data: []byte(test.content)},
			}
			got, err := check(root)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
