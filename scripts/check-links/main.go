// Command check-links follows every link and every anchor in the Markdown pages of this repository. It sends no requests, so it
// checks only the form of a link to another site.
package main

import (
	"fmt"
	"io/fs"
	"log"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
)

const (
	// registry is the URL of the pages in docs/ after the first release.
	registry = "https://registry.terraform.io/providers/seed-5109b9b7/atlas/"
	// repository is the URL of the other files.
	repository = "https://github.com/seed-5109b9b7/terraform-provider-atlas/blob/main/"
)

func main() {
	problems, err := check(os.DirFS("."))
	if err != nil {
		log.Fatal(err)
	}
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, problem)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

// check returns a line for each broken link of a page in root.
func check(root fs.FS) ([]string, error) {
	pages, err := load(root)
	if err != nil {
		return nil, err
	}
	c := checker{root, pages}
	var problems []string
	for name, page := range pages {
		for _, link := range page.links {
			if problem := c.follow(name, link.destination); problem != "" {
				problems = append(problems, fmt.Sprintf("%s:%d: %s: %s", name, link.line, link.destination, problem))
			}
		}
	}
	slices.Sort(problems)
	return problems, nil
}

// load returns the pages in root by path, except those in built or hidden folders.
func load(root fs.FS) (map[string]page, error) {
	pages := map[string]page{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if entry.IsDir() && name != "." && (strings.HasPrefix(base, ".") && base != ".github" || name == "bin" || name == "dist") {
			return fs.SkipDir
		}
		if path.Ext(name) != ".md" {
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		pages[name] = parse(source)
		return nil
	})
	return pages, err
}

type checker struct {
	root  fs.FS
	pages map[string]page
}

// follow returns what is wrong with a link on the page name, or "". Relative links between the pages in docs/ work on GitHub and on
// the Terraform Registry, which resolves them in the same folders and drops the extension .md.
func (c checker) follow(name, destination string) string {
	u, err := url.Parse(destination)
	if err != nil {
		return err.Error()
	}
	target, _, _ := strings.Cut(destination, "#")
	if file, ok := strings.CutPrefix(target, repository); ok {
		return c.find(file, u.Fragment)
	}
	file := path.Join(path.Dir(name), u.Path)
	switch {
	case strings.HasPrefix(target, registry):
		return "before a release, the registry has no page: write a relative link, such as ../guides/troubleshooting.md"
	case u.Scheme == "https" && u.Host != "", u.Scheme == "mailto" && u.Opaque != "":
		return ""
	case u.Scheme != "" || u.Host != "" || strings.HasPrefix(u.Path, "/"):
		return "write a link with https:// or mailto:, or a relative one"
	case u.Path == "":
		return c.find(name, u.Fragment)
	case strings.HasPrefix(name, "docs/") && (!strings.HasPrefix(file, "docs/") || path.Ext(file) != ".md"):
		return "the registry has only the pages in docs/: begin the link with " + repository
	default:
		return c.find(file, u.Fragment)
	}
}

// find looks for a file and, if it is a page, for an anchor in it. It returns what is missing, or "".
func (c checker) find(file, anchor string) string {
	if _, err := fs.Stat(c.root, file); err != nil {
		return "there is no " + file
	}
	if page, ok := c.pages[file]; ok && anchor != "" && !page.anchors[anchor] {
		return fmt.Sprintf("%s has no anchor %q", file, anchor)
	}
	return ""
}
