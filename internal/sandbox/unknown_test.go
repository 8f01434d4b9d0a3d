package sandbox_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestLoadWarnsOfUnknownFieldsAndTypes(t *testing.T) {
	t.Parallel()
	const b = "/projects/" + projectID + "/instances/b"
	cases := map[string]struct {
		results string
		want    []sandbox.Mistake
	}{
		"known fields and types": {`{"name":"a","type":"Kafka","bootstrapServers":"a:1","config":{"any":"thing"},"links":[{"any":1}]}`, nil},
		"a field nearly known": {
			`{"name":"a","type":"Kafka","bootstrapServer":"a:1"}`,
			[]sandbox.Mistake{at(2, 1, b+"/results/0/bootstrapServer", `unknown field; did you mean "bootstrapServers"?`)},
		},
		"a field nearly known in an object": {
			`{"name":"a","type":"Kafka","authentication":{"user_name":"u"}}`,
			[]sandbox.Mistake{at(2, 1, b+"/results/0/authentication/user_name", `unknown field; did you mean "username"?`)},
		},
		"a field that Atlas added": {
			`{"name":"a","type":"Kafka","zone":1}`,
			[]sandbox.Mistake{at(2, 1, b+"/results/0/zone", "unknown field, served unchanged")},
		},
		"a type nearly known": {
			`{"name":"a","type":"kafka"}`,
			[]sandbox.Mistake{at(2, 1, b+"/results/0/type", `unknown type "kafka"; did you mean "Kafka"?`)},
		},
		"a type that Atlas added": {`{"name":"a","type":"CarrierPigeon","loft":{"pigeons":12},"authentication":{"ring":"r"}}`, nil},
		"a field of another type": {
			`{"name":"a","type":"Https","authentication":"NONE"}`,
			[]sandbox.Mistake{at(2, 1, b+"/results/0/authentication", "unknown field, served unchanged")},
		},
		"a field of a type that Atlas added": {`{"name":"a","type":"CarrierPigeon","authentication":"NONE"}`, nil},
		"a field of a type nearly known": {
			`{"name":"a","type":"kafka","authentication":"NONE"}`,
			[]sandbox.Mistake{at(2, 1, b+"/results/0/type", `unknown type "kafka"; did you mean "Kafka"?`)},
		},
		"the same in many connections": {
			`{"name":"a","type":"kafka","zone":1},{"name":"b","type":"kafka","zone":1},{"name":"c","type":"lambda","zone":1}`,
			[]sandbox.Mistake{
				at(2, 1, b+"/results/0/type", `unknown type "kafka"; did you mean "Kafka"? (first of 2)`),
				at(2, 1, b+"/results/0/zone", "unknown field, served unchanged (first of 3)"),
				at(2, 1, b+"/results/2/type", `unknown type "lambda"; did you mean "AWSLambda"?`),
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, warnings, err := sandbox.Load(strings.NewReader(inInstance(`"results":[` + tc.results + `]`)))
			if err != nil {
				t.Fatal(err)
			}
			for i := range warnings { // the position is that of the name, so that the cases need no columns
				tokens := strings.Split(warnings[i].Path, "/")
				column := warnings[i].Column - 1
				if line := strings.Split(inInstance(`"results":[`+tc.results+`]`), "\n")[1]; warnings[i].Line != 2 ||
					!strings.HasPrefix(line[column:], `"`+tokens[len(tokens)-1]+`"`) {
					t.Errorf("%s is not at %s", warnings[i], line[column:])
				}
				warnings[i].Column = 1
			}
			if diff := cmp.Diff(tc.want, warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if got := len(data.Projects[projectID].Instances["b"].Results); got != strings.Count(tc.results, `"name"`) {
				t.Errorf("serves %d connections", got)
			}
		})
	}
}

// Load checks every field that the schema describes, so these are only examples.
func TestLoadChecksTheTypesOfConnectionsFields(t *testing.T) {
	t.Parallel()
	const connection = "/projects/" + projectID + "/instances/b/results/0"
	cases := map[string]struct {
		fields string
		path   string
		want   string
	}{
		"text":             {`"bootstrapServers":["a:1"]`, "/bootstrapServers", "must be a string, not an array"},
		"a number as text": {`"type":"Cluster","clusterName":5`, "/clusterName", "must be a string, not a number"},
		"an object":        {`"authentication":"NONE"`, "/authentication", "must be an object, not a string"},
		"text in objects":  {`"networking":{"access":{"type":null}}`, "/networking/access/type", "must be a string, not null"},
		"text by any name": {`"config":{"a.b":{}}`, "/config/a.b", "must be a string, not an object"},
		"a list": {
			`"type":"SchemaRegistry","schemaRegistryUrls":"https://r.example.com"`,
			"/schemaRegistryUrls", "must be an array, not a string",
		},
		"text in a list": {
			`"type":"SchemaRegistry","schemaRegistryUrls":[true]`,
			"/schemaRegistryUrls/0", "must be a string, not true or false",
		},
		"an empty name": {`"name":""`, "/name", "must not be empty"},
		"an id": {
			`"networking":{"access":{"connectionId":"secret"}}`,
			"/networking/access/connectionId", "must match the regular expression ^([a-f0-9]{24})$",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			head := `"results":[{`
			if !strings.Contains(tc.fields, `"type":"`) {
				head += `"type":"Kafka",`
			}
			if !strings.Contains(tc.fields, `"name"`) {
				head += `"name":"a",`
			}
			_, _, err := sandbox.Load(strings.NewReader(inInstance(head + tc.fields + `}]`)))
			wrong, ok := errors.AsType[*sandbox.LoadError](err)
			if !ok || len(wrong.Mistakes) != 1 {
				t.Fatalf("got %v", err)
			}
			got := wrong.Mistakes[0]
			if got.Line != 2 || got.Column <= len(head)-len(`,"name":"a"`) || got.Path != connection+tc.path || got.Message != tc.want {
				t.Errorf("got %s, want %s: %s", got, tc.path, tc.want)
			}
		})
	}
}

func TestLoadRecognizesABareListing(t *testing.T) {
	t.Parallel()
	const known, unknown = `{projects: {"6650a4c1e8b7f3129d04c5a7": {instances: {"web-shop": .}}}}`,
		`{projects: {"<project id>": {instances: {"<instance name>": .}}}}`
	const connections = "https://cloud.mongodb.com/api/atlas/v2/groups/6650a4c1e8b7f3129d04c5a7/streams/"
	cases := map[string]struct {
		document string
		want     string
	}{
		"with a link":          {`{"links":[{"href":"` + connections + `web-shop/connections?pageNum=1","rel":"self"}],"results":[]}`, known},
		"without links":        {`{"results":[],"totalCount":0}`, unknown},
		"with a count only":    {`{"totalCount":0}`, unknown},
		"with other links":     {`{"links":[3,{"href":4},{"href":"%"},{"href":"` + connections + `"}],"results":[]}`, unknown},
		"with a name to quote": {`{"links":[{"href":"` + connections + `it%27s/connections"}],"results":[]}`, unknown},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := sandbox.Load(strings.NewReader(tc.document))
			listing, ok := errors.AsType[*sandbox.ListingError](err)
			if !ok || listing.JQ() != tc.want || !strings.Contains(err.Error(), "jq '"+tc.want+"' ") {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}
