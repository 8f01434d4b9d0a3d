package sandbox_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// FuzzLoad checks that any document is either refused with a place in it, or can be served.
func FuzzLoad(f *testing.F) {
	for _, document := range []string{
		"", "{", "[]", "{}\n{}", `{"projects":{}}`, `{"projects":{"x":{"instances":{}}},"y":1}`, "{\"projects\":\n{\"\xff\":null}}",
		inInstance(`"results":[{"name":"a","type":"Kafka","authentication":{"password":"p"}},null]`),
		inInstance(`"results":[],"fault":"always-moving"`),
		inInstance(`"results":[{"name":"é","type":"S"}],"answers":[{"status":500,"delay":"1s","results":[null]}]`),
	} {
		f.Add([]byte(document))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		data, err := sandbox.Load(bytes.NewReader(document))
		if err == nil {
			sandbox.New(data)
			return
		}
		wrong, ok := errors.AsType[*sandbox.LoadError](err)
		if !ok || len(wrong.Mistakes) == 0 {
			t.Fatalf("no mistake is named: %v", err)
		}
		lines := bytes.Split(document, []byte("\n"))
		for _, m := range wrong.Mistakes {
			if m.Line < 1 || m.Line > len(lines) || m.Column < 1 || m.Column > len(lines[m.Line-1])+1 || m.Message == "" {
				t.Errorf("%+v is no place in the document", m)
			}
		}
	})
}
