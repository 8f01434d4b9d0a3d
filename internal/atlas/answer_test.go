package atlas

import (
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestContentTypesOfJSONPass(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"plain": "application/json", "parameters": "application/json; charset=utf-8", "capitals": "Application/JSON",
		"of Atlas": "application/vnd.atlas.2025-03-12+json;charset=utf-8",
	}
	virtual.Each(t, cases, func(t *testing.T, contentType string) {
		s := sandbox.New(virtual.Data(3, sandbox.Answer{Headers: map[string]string{"Content-Type": contentType}}))
		if names, err := read(t.Context(), connect(t, s)); err != nil || len(names) != 3 {
			t.Errorf("got %v, %v", names, err)
		}
	})
}
