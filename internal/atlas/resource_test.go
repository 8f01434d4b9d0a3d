package atlas

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestFieldsHaveExactNames(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]Resource{
		`{"name":"a","type":"Kafka","n":12345678901234567890}`: {Name: "a", Type: "Kafka"},
		`{"name":5,"type":true,"id":1e3}`:                      {Name: "5", Type: "true", ID: "1e3"},
		`{"name":"a"}`:                                         {Name: "a"},
		`{"name":"a","type":["Kafka"]}`:                        {Name: "a"}, // the table of the field type reports it
		`{"name":null,"type":{},"_id":[]}`:                     {},
		`{"NAME":"a","ID":"1","_ID":"2"}`:                      {},
		`{"name":"a","TYPE":"Kafka"}`:                          {Name: "a"},
		`{"name":"a","Name":"b"}`:                              {Name: "a"},
		`{"name":"a","type":"A","Type":1}`:                     {Name: "a", Type: "A"},
		`{"n\u0061me":"\u0061","t\u0079pe":"A"}`:               {Name: "a", Type: "A"},
		`{"name":"a","name":"b"}`:                              {Name: "b"},
		`{"deep":{"name":"b","id":"2"},"name":"a"}`:            {Name: "a"},
		`{"_id":"1","name":"a"}`:                               {Name: "a", ID: "1"},
		`{"_id":"1","id":"2","name":"a"}`:                      {Name: "a", ID: "1"},
		`{ "name" : "a" }`:                                     {Name: "a"},
	} {
		got, err := newResource([]byte(raw))
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if diff := cmp.Diff(&want, got, cmpopts.IgnoreUnexported(Resource{}), cmpopts.IgnoreFields(Resource{}, "Raw")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
		fields, err := got.Fields()
		if err != nil {
			t.Errorf("%s: %v", raw, err)
		}
		if n, ok := fields["n"]; ok && n != json.Number("12345678901234567890") {
			t.Errorf("%s: the number is %v", raw, n)
		}
	}
}

func TestWhatIsNoObjectIsNoResource(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"null": "is null", "[]": "is not a JSON object", `"a"`: "is not a JSON object", "5": "is not a JSON object",
		`{"name":"a"`:   "is not valid JSON: unexpected end of JSON input",
		`{"name":"a"}{`: "is not valid JSON: invalid character '{' after top-level value",
		"":              "is not valid JSON: unexpected end of JSON input",
	} {
		if got, err := newResource([]byte(raw)); got != nil || err == nil || err.Error() != want {
			t.Errorf("%s: got %v, %v", raw, got, err)
		}
	}
}

// Terraform prints an ID as it is, beside the name of the data source.
func TestIDsWithControlCharactersAreErrors(t *testing.T) {
	t.Parallel()
	if _, err := newResource([]byte(`{"_id":"a","id":"\u001b[2J","name":"a"}`)); err == nil {
		t.Error("the second ID of a resource is not checked")
	}
	for id, valid := range map[string]bool{
		`6a7941e0c0eb9e7a17723361`: true, `Zürich 日本`: true, ``: true,
		`\u001b[2J`: false, `a\u0000`: false, `\n`: false, `a\rb`: false, `\t`: false, `\u007f`: false, `\u009b31m`: false, `\u0085`: false,
	} {
		for _, field := range []string{"id", "_id"} {
			got, err := newResource([]byte(`{"` + field + `":"` + id + `","name":"a"}`))
			if (err == nil) != valid || !valid && (got != nil || err.Error() != "has control characters in its ID") {
				t.Errorf("%s %s: got %v, %v", field, id, got, err)
			}
		}
	}
}

// Terraform shows a name in normalization form C. What is compared in another form differs at each read.
func TestNamesAreInNormalizationFormC(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"caf\u00e9", "cafe\u0301"} {
		got, err := newResource([]byte(`{"name":"` + name + `"}`))
		if err != nil || got.Name != "caf\u00e9" || got.spelling != name || string(got.Raw) != `{"name":"`+name+`"}` {
			t.Errorf("got %+v, %v", got, err)
		}
	}
}

func TestStateIsThatOfAtlas(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`{"state":"READY"}`: "READY", `{"state":5}`: "", `{"state":null}`: "", `{"STATE":"READY"}`: "", `{}`: "",
	} {
		if got := (&Resource{Raw: []byte(raw)}).State(); got != want {
			t.Errorf("%s: got %q", raw, got)
		}
	}
}
