// Command notices prints the licenses of everything that the released binaries contain besides this repository. make notices writes
// them to THIRD_PARTY_NOTICES, which every archive of a release contains.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// platforms are the operating systems of a release. They link different modules.
var platforms = []string{"darwin", "freebsd", "linux", "windows"}

// commands are the packages of the released binaries.
var commands = []string{".", "./cmd/atlas-sandbox"}

const introduction = `Third-party notices

The released binaries of the provider and of atlas-sandbox contain the Go modules below, each under its license. For a binary,
"go version -m BINARY" prints their versions, and "go mod download MODULE@VERSION" gets the source of a module.

The provider and atlas-sandbox follow the description of the Atlas Administration API that MongoDB publishes at
https://github.com/mongodb/openapi under the license CC BY-NC-SA 3.0 US (https://creativecommons.org/licenses/by-nc-sa/3.0/us/).
The binaries and internal/sandbox/openapi.json contain names and structure of that API, and no sentences of the description.
`

func main() {
	packages, err := linked()
	if err != nil {
		log.Fatal(err)
	}
	if err := write(os.Stdout, packages); err != nil {
		log.Fatal(err)
	}
}

// goPackage is a package as go list prints it.
type goPackage struct {
	Dir      string
	Standard bool
	Module   *goModule
}

type goModule struct {
	Path, Dir string
	Main      bool
}

// linked returns the packages that the commands link on any platform, except those of this repository.
func linked() ([]goPackage, error) {
	output, err := exec.Command("go", "env", "GOROOT").Output() //nolint:noctx // it reads a setting
	if err != nil {
		return nil, err
	}
	root := strings.TrimSpace(string(output))
	var all []goPackage
	for _, platform := range platforms {
		arguments := append([]string{"list", "-deps", "-json=Dir,Standard,Module"}, commands...)
		list := exec.Command("go", arguments...) //nolint:gosec,noctx // constants
		list.Env = append(os.Environ(), "GOOS="+platform, "GOARCH=amd64", "CGO_ENABLED=0")
		list.Stderr = os.Stderr
		output, err := list.Output()
		if err != nil {
			return nil, err
		}
		for decoder := json.NewDecoder(bytes.NewReader(output)); decoder.More(); {
			var p goPackage
			if err := decoder.Decode(&p); err != nil {
				return nil, err
			}
			if p.Standard { // go list gives packages that Go vendors the root of another module
				p = goPackage{Dir: root, Module: &goModule{Path: "The Go standard library", Dir: root}}
			}
			if !p.Module.Main {
				all = append(all, p)
			}
		}
	}
	return all, nil
}

// line is between two licenses.
var line = "\n" + strings.Repeat("-", 80) + "\n\n"

// write prints each license once, below the modules that have it.
func write(w io.Writer, packages []goPackage) error {
	owners := map[string]map[string]bool{} // modules by license
	licensed := map[string]bool{}
	for _, p := range packages {
		name := p.Module.Path
		texts, err := licenses(p.Dir, p.Module.Dir)
		if err != nil {
			return err
		}
		licensed[name] = licensed[name] || len(texts) > 0
		for _, text := range texts {
			if owners[text] == nil {
				owners[text] = map[string]bool{}
			}
			owners[text][name] = true
		}
	}
	for name, found := range licensed {
		if !found {
			return fmt.Errorf("%s has no license", name)
		}
	}
	sections := make([]string, 0, len(owners))
	for text, names := range owners {
		sections = append(sections, strings.Join(slices.Sorted(maps.Keys(names)), "\n")+"\n\n"+text+"\n")
	}
	slices.Sort(sections)
	_, err := io.WriteString(w, introduction+line+strings.Join(sections, line))
	return err
}

var licenseFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)`)

// licenses returns the texts in folder and in the folders above it, up to root.
func licenses(folder, root string) ([]string, error) {
	var texts []string
	for ; ; folder = filepath.Dir(folder) {
		entries, err := fs.ReadDir(os.DirFS(folder), ".")
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if entry.IsDir() || !licenseFile.MatchString(entry.Name()) || strings.HasSuffix(entry.Name(), ".go") {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, entry.Name())) //nolint:gosec // a license
			if err != nil {
				return nil, err
			}
			texts = append(texts, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
		}
		if folder == root {
			return texts, nil
		}
		if folder == filepath.Dir(folder) {
			return nil, fmt.Errorf("a package is not in %q", root)
		}
	}
}
