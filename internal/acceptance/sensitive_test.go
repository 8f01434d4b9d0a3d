package acceptance

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
)

// With include_sensitive = false, nothing that a CLI writes or prints contains the values of HTTPS headers or the settings of a
// connection of an unknown type. It contains only the names of the headers.
func TestSensitiveValuesStayOutOnRequest(t *testing.T) {
	t.Parallel()
	const header, name = "value-of-a-header", "X-Name-Of-A-Header"
	_, url := acctest.Serve(t, acctest.Data(
		[]byte(`{"name": "https", "type": "Https", "url": "https://example.com", "headers": {"`+name+`": "`+header+`"}}`),
		[]byte(`{"name": "new", "type": "Quantum", "headers": {"`+name+`": "`+header+`"}}`),
	))
	for value, want := range map[string]bool{"false": false, "true": true} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			include := "include_sensitive = " + value
			one := acctest.Override(acctest.Block("atlas_streams_connection"), `name = "https"`, include)
			other := strings.Replace(acctest.Override(one, `name = "new"`), `"test"`, `"other"`, 1)
			c := acctest.NewCLI(t, acctest.ProviderBlock(url), acctest.Override(acctest.DataBlock(), include), one, other)
			written := map[string][]byte{}
			for _, step := range []struct {
				what      string
				log       string
				arguments []string
			}{
				{"the log of a plan", "TF_LOG=TRACE", []string{"plan", "-out=plan.bin"}},
				{"the JSON of the plan", "TF_LOG=", []string{"show", "-json", "plan.bin"}},
				{"the output of apply", "TF_LOG=", []string{"apply", "plan.bin"}},
				{"the JSON of the state", "TF_LOG=", []string{"show", "-json"}},
			} {
				written[step.what] = []byte(c.Run(t, []string{step.log}, step.arguments...))
			}
			written["the state"] = readFile(t, filepath.Join(c.Folder, "terraform.tfstate"))
			written["the plan file"] = unzip(t, filepath.Join(c.Folder, "plan.bin"))
			if !bytes.Contains(written["the state"], []byte(name)) {
				t.Errorf("the state lacks the name of the header:\n%s", written["the state"])
			}
			has := false
			for what, content := range written {
				if i := bytes.Index(content, []byte(header)); i >= 0 {
					has = true
					if !want {
						t.Errorf("%s contains the value of a header: …%s…", what, content[max(0, i-200):i])
					}
				}
			}
			if has != want {
				t.Errorf("the value of a header was found: %t, want %t", has, want)
			}
		})
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name) //nolint:gosec // in the folder of this test
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// unzip returns the content of all files of an archive, such as a plan file.
func unzip(t *testing.T, name string) []byte {
	t.Helper()
	archive, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	var all bytes.Buffer
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, content); err != nil { //nolint:gosec // a plan of this test
			t.Fatal(err)
		}
	}
	return all.Bytes()
}
