package sandbox_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// FuzzLoad checks that every document is either served or an error, and that mistakes and warnings have a position in it.
func FuzzLoad(f *testing.F) {
	for _, document := range []string{
		"", "{", "[]", "{}\n{}", `{"projects":{}}`, `{"projects":{"x":{"instances":{}}},"y":1}`, "{\"projects\":\n{\"\xff\":null}}",
		inInstance(`"results":[{"name":"a","type":"Kafka","authentication":{"password":"p"}},null]`),
		inInstance(`"results":[{"name":"a","type":"kafka","bootstrapServer":"b","n":1e999}],"totalCount":1.0`),
		`{"results":[],"links":[{"href":"https://cloud.mongodb.com/groups/6650a4c1e8b7f3129d04c5a7/streams/a/connections"}]}`,
		inInstance(`"results":[],"fault":"always-moving"`),
		inInstance(`"results":[],"processors":[{"name":"p","pipeline":[{"$limit":1}],"options":{"dlq":{}}},null]`),
		`{"projects":{"` + projectID + `":{"instances":{},"privateLinks":[{"provider":"AWS"}],"fault":"moving"}}}`,
		inInstance(`"results":[{"name":"é","type":"S"}],"answers":[{"status":500,"delay":"1s","results":[null]}]`),
	} {
		f.Add([]byte(document))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		data, mistakes, err := sandbox.Load(bytes.NewReader(document))
		if err == nil {
			sandbox.New(data)
		}
		if _, ok := errors.AsType[*sandbox.ListingError](err); ok {
			return
		}
		if err != nil {
			wrong, ok := errors.AsType[*sandbox.LoadError](err)
			if !ok || len(wrong.Mistakes) == 0 {
				t.Fatalf("no mistake is named: %v", err)
			}
			mistakes = append(mistakes, wrong.Mistakes...)
		}
		lines := bytes.Split(document, []byte("\n"))
		for _, m := range mistakes {
			if m.Line < 1 || m.Line > len(lines) || m.Column < 1 || m.Column > len(lines[m.Line-1])+1 || m.Message == "" {
				t.Errorf("%+v is not a position in the document", m)
			}
		}
	})
}
