package sandbox_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// inInstance returns a document with one instance, named b, whose fields start at line 2, column 1.
func inInstance(fields string) string {
	return `{"projects":{"` + projectID + `":{"instances":{"b":{` + "\n" + fields + "}}}}}"
}

func at(line, column int, path, message string) sandbox.Mistake {
	return sandbox.Mistake{Line: line, Column: column, Path: path, Message: message}
}

func TestLoadAcceptsASavedListing(t *testing.T) {
	t.Parallel()
	data, _, err := sandbox.Load(strings.NewReader(`{"$schema":"schema.json","projects":{"` + projectID + `":{"instances":{"orders":{
		"links":[{"href":"https://cloud.mongodb.com/api/atlas","rel":"self"}],
		"results":[{"name":"a","type":"Sample","links":[],"newlyAdded":{"y":null,"x":[1.50,"<&>"]}}],
		"totalCount":42}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	_, base := acctest.Serve(t, data)
	a := get(t, base+connectionsPath)
	if got := decode[page](t, a); *got.TotalCount != 1 || len(got.Links) != 1 {
		t.Errorf("want a count and links of the sandbox, not %s", a.body)
	}
	if !strings.Contains(a.body, `{"name":"a","newlyAdded":{"x":[1.50,"<&>"],"y":null},"type":"Sample"}`) {
		t.Errorf("the connection is not served as Atlas would: %s", a.body)
	}
}

func TestLoadAcceptsAByteOrderMark(t *testing.T) {
	t.Parallel()
	if _, _, err := sandbox.Load(strings.NewReader("\ufeff{\"projects\":{}}")); err != nil {
		t.Error(err)
	}
	_, _, err := sandbox.Load(strings.NewReader("\ufeff[]"))
	if want := "line 1, column 1: must be an object, not an array"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLoadReadsScriptsAndFaults(t *testing.T) {
	t.Parallel()
	data, _, err := sandbox.Load(strings.NewReader(`{"projects":{"` + projectID + `":{"answers":[{"status":500}],"instances":{
		"a":{"results":[],"fault":"slow"},
		"b":{"results":[],"answers":[{"times":2,"delay":"1.5s","break":"reset","revoke":true,"status":418,"errorCode":"C",
			"detail":"D","parameters":null,"headers":{"H":"v"},
			"body":"","redirect":"/","totalCount":0,"omitTotalCount":true,"page":2,"results":[]}]}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	p := data.Projects[projectID]
	if p.Answers[0].Status != http.StatusInternalServerError || p.Instances["a"].Fault != sandbox.Slow {
		t.Errorf("got %+v", p)
	}
	want := sandbox.Answer{
		Times: 2, Delay: sandbox.Duration(1500e6), Break: sandbox.Reset, Revoke: true, Status: 418, ErrorCode: "C", Detail: "D",
		Parameters: json.RawMessage("null"), Headers: map[string]string{"H": "v"},
		Body: new(""), Redirect: "/", TotalCount: new(0), OmitTotalCount: true, Page: 2,
	}
	got := p.Instances["b"].Answers[0]
	if got.Results == nil {
		t.Error("an empty listing is lost")
	}
	got.Results = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

func TestLoadSaysWhereAMistakeIs(t *testing.T) {
	t.Parallel()
	in := inInstance
	const b = "/projects/" + projectID + "/instances/b"
	cases := map[string]struct {
		document string
		want     sandbox.Mistake
	}{
		"nothing at all":     {"", at(1, 1, "", "unexpected end of file")},
		"cut off":            {"{\n\"projects\": {", at(2, 14, "/projects", "unexpected end of file")},
		"one comma too many": {"{\"projects\":{},\n}", at(1, 15, "", "invalid character ',' at start of value")},
		"something after it": {"{\"projects\":{}}\nx", at(2, 1, "", "invalid character 'x' after top-level value")},
		"a list":             {"\n []", at(2, 2, "", "must be an object, not an array")},
		"no projects":        {"{}", at(1, 1, "", `missing field "projects"`)},
		"an unknown field":   {"{\"projects\":{},\n  \"extra\":1}", at(2, 3, "/extra", "unknown field")},
		"a name twice":       {"{\"projects\":{},\n\"projects\":{}}", at(2, 1, "/projects", "duplicate field")},
		"wide characters":    {in(`"results":[{"name":"é€𝄞","type":"S"},3]`), at(2, 38, b+"/results/1", "must be an object, not a number")},
		"a project's name": {
			`{"projects":{"mine":{"instances":{}}}}`,
			at(1, 14, "/projects/mine", "must be a project id: 24 digits 0-9 and a-f"),
		},
		"no instances": {
			`{"projects":{"` + projectID + `":{}}}`,
			at(1, 14, "/projects/"+projectID, `missing field "instances"`),
		},
		"no results":       {inInstance(""), at(1, 55, b, `missing field "results"`)},
		"results in words": {in(`"results":"none"`), at(2, 1, b+"/results", "must be an array, not a string")},
		"no object":        {in(`"results":[null]`), at(2, 12, b+"/results/0", "must be an object, not null")},
		"no name":          {in(`"results":[{"type":"Sample"}]`), at(2, 12, b+"/results/0", `missing field "name"`)},
		"two of a name": {
			in(`"results":[{"name":"a","type":"S"},{"name":"a","type":"S"}]`),
			at(2, 37, b+"/results/1/name", `another connection of the instance is also named "a"`),
		},
		"another of the same name without an id": {
			in(`"results":[{"name":"a","id":"1","type":"S"},{"name":"a","type":"S"}]`),
			at(2, 46, b+"/results/1/name", `another connection of the instance is also named "a"`),
		},
		"another of the same name with an id": {
			in(`"results":[{"name":"a","type":"S"},{"name":"a","id":"1","type":"S"}]`),
			at(2, 37, b+"/results/1/name", `another connection of the instance is also named "a"`),
		},
		"two of an id": {
			in(`"results":[{"name":"a","id":"1","type":"S"},{"name":"a","id":"1","type":"S"}]`),
			at(2, 46, b+"/results/1/name", `another connection of the instance is also named "a"`),
		},
		"no pipeline": {in(`"results":[],"processors":[{"name":"p"}]`), at(2, 28, b+"/processors/0", `missing field "pipeline"`)},
		"a pipeline in words": {
			in(`"results":[],"processors":[{"name":"p","pipeline":"[]"}]`),
			at(2, 40, b+"/processors/0/pipeline", "must be an array, not a string"),
		},
		"a stage in words": {
			in(`"results":[],"processors":[{"name":"p","pipeline":[{},"x"]}]`),
			at(2, 55, b+"/processors/0/pipeline/1", "must be an object, not a string"),
		},
		"a dead letter queue's name": {
			in(`"results":[],"processors":[{"name":"p","pipeline":[],"options":{"dlq":{"coll":1}}}]`),
			at(2, 72, b+"/processors/0/options/dlq/coll", "must be a string, not a number"),
		},
		"two processors of a name": {
			in(`"results":[],"processors":[{"name":"p","_id":"` + projectID + `","pipeline":[]},{"name":"p","pipeline":[]}]`),
			at(2, 89, b+"/processors/1/name", `another processor of the instance is also named "p"`),
		},
		"no provider": {
			`{"projects":{"` + projectID + `":{"instances":{},"privateLinks":[{}]}}}`,
			at(1, 73, "/projects/"+projectID+"/privateLinks/0", `missing field "provider"`),
		},
		"two private links of an id": {
			`{"projects":{"` + projectID + `":{"instances":{},"privateLinks":[{"_id":"` + projectID + `","provider":"AWS"},
{"_id":"` + projectID + `","provider":"AWS"}]}}}`,
			at(2, 2, "/projects/"+projectID+"/privateLinks/1/_id", `another private link of the project also has the id "`+projectID+`"`),
		},
		"no fault": {in(`"results":[],"fault":"slo"`), at(2, 14, b+"/fault", "")},
		"a fault and answers": {
			in(`"results":[],"fault":"slow","answers":[{}]`),
			at(2, 14, b+"/fault", "set either fault or answers, not both"),
		},
		"a project's fault and answers": {
			`{"projects":{"` + projectID + `":{"instances":{},"fault":"slow","answers":[]}}}`,
			at(1, 57, "/projects/"+projectID+"/fault", "set either fault or answers, not both"),
		},
		"an instance's id": {in(`"results":[],"_id":"x"`), at(2, 14, b+"/_id", "must match the regular expression ^([a-f0-9]{24})$")},
		"another instance": {in(`"results":[],"name":"c"`), at(2, 14, b+"/name", `must be "b", the name of the instance in the project`)},
		"another project": {
			in(`"results":[],"groupId":"0123456789abcdef01234567"`),
			at(2, 14, b+"/groupId", `must be "`+projectID+`", the id of the project`),
		},
		"half a region": {
			in(`"results":[],"dataProcessRegion":{"region":"r"}`),
			at(2, 14, b+"/dataProcessRegion", `missing field "cloudProvider"`),
		},
		"half a failover region": {
			in(`"results":[],"failoverRegions":[{"cloudProvider":"AWS"}]`),
			at(2, 33, b+"/failoverRegions/0", `missing field "region"`),
		},
		"an unknown size": {in(`"results":[],"streamConfig":{"size":"x"}`), at(2, 30, b+"/streamConfig/size", "unknown field")},
		"a wrong duration": {
			in(`"results":[],"answers":[{"delay":"soon"}]`),
			at(2, 26, b+"/answers/0/delay", `must be a duration such as "1.5s", and not negative`),
		},
		"a negative duration": {
			in(`"results":[],"answers":[{"delay":"-1s"}]`),
			at(2, 26, b+"/answers/0/delay", `must be a duration such as "1.5s", and not negative`),
		},
		"a wrong break": {in(`"results":[],"answers":[{"break":"x"}]`), at(2, 26, b+"/answers/0/break", "")},
		"a fraction": {
			in(`"results":[],"answers":[{"page":1.5}]`),
			at(2, 26, b+"/answers/0/page", "must be a whole number"),
		},
		"a flag in words": {
			in(`"results":[],"answers":[{"revoke":"yes"}]`),
			at(2, 26, b+"/answers/0/revoke", "must be true or false, not a string"),
		},
		"no such status": {
			in(`"results":[],"answers":[{"status":99}]`),
			at(2, 26, b+"/answers/0/status", "must be a status code from 200 to 599"),
		},
		"parameters in words": {
			in(`"results":[],"answers":[{"parameters":"x"}]`),
			at(2, 26, b+"/answers/0/parameters", "must be null or an array, not a string"),
		},
		"a negative count": {
			in(`"results":[],"answers":[{"totalCount":-1}]`),
			at(2, 26, b+"/answers/0/totalCount", "must be at least 0"),
		},
		"a negative page": {in(`"results":[],"answers":[{"page":-1}]`), at(2, 26, b+"/answers/0/page", "must be at least 0")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := sandbox.Load(strings.NewReader(tc.document))
			wrong, ok := errors.AsType[*sandbox.LoadError](err)
			if !ok || len(wrong.Mistakes) != 1 {
				t.Fatalf("got %v", err)
			}
			got := wrong.Mistakes[0]
			if tc.want.Message == "" { // it lists what exists, which the case does not repeat
				tc.want.Message = got.Message
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("mistake (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoadNamesAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	_, _, err := sandbox.Load(strings.NewReader("{\"projects\":{\"x\":{\"instances\":{\n\"..\":{\"results\":[1, \"é€\", 3,\n2]}}}}}"))
	want := `line 1, column 14: /projects/x: must be a project id: 24 digits 0-9 and a-f
line 2, column 1: /projects/x/instances/..: must be an instance name: not empty, "." or "..", and without control characters
line 2, column 18: /projects/x/instances/../results/0: must be an object, not a number
line 2, column 21: /projects/x/instances/../results/1: must be an object, not a string
line 2, column 27: /projects/x/instances/../results/2: must be an object, not a number
line 3, column 1: /projects/x/instances/../results/3: must be an object, not a number`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// A person then corrects the document once, instead of once for the mistakes and once for the warnings.
func TestLoadWarnsOfWhatElseIsUnusualBesideAMistake(t *testing.T) {
	t.Parallel()
	const other = "0123456789abcdef01234567"
	_, warnings, err := sandbox.Load(strings.NewReader(inInstance(`"groupId":"` + other + `","fault":"slo","answers":[{"stauts":500}],
"results":[{"name":"a","type":"kafka","zone":1},
{"name":"a","type":"Kafka","config":{},"security":{"protcol":"SSL"},"bootstrapServers":5}],
"totalCount":3`)))
	const b = "/projects/" + projectID + "/instances/b"
	wrong, ok := errors.AsType[*sandbox.LoadError](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	var paths []string
	for _, m := range wrong.Mistakes {
		paths = append(paths, strings.TrimPrefix(m.Path, b))
	}
	want := []string{"/groupId", "/fault", "/fault", "/answers/0/stauts", "/results/1/name", "/results/1/bootstrapServers"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]sandbox.Mistake{
		at(3, 24, b+"/results/0/type", `unknown type "kafka"; did you mean "Kafka"?`),
		at(3, 39, b+"/results/0/zone", "unknown field, served unchanged"),
		at(4, 52, b+"/results/1/security/protcol", `unknown field; did you mean "protocol"?`),
		at(5, 1, b+"/totalCount", "the listing contains only 2 of 3 connections"),
	}, warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestLoadReturnsTheErrorOfTheReader(t *testing.T) {
	t.Parallel()
	if _, _, err := sandbox.Load(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

func TestConnectionsWithDifferentIDsCanHaveTheSameName(t *testing.T) {
	t.Parallel()
	_, warnings, err := sandbox.Load(strings.NewReader(inInstance(
		`"results":[{"name":"a","id":"1","type":"Sample"},{"name":"a","id":"2","type":"Sample"},{"name":"b","id":"2","type":"Sample"}]`,
	)))
	if err != nil || warnings != nil {
		t.Errorf("got %v, %v", warnings, err)
	}
}

func TestLoadWarnsOfUnknownFieldsOfProcessorsAndPrivateLinks(t *testing.T) {
	t.Parallel()
	_, warnings, err := sandbox.Load(strings.NewReader(`{"projects":{"` + projectID + `":{"privateLinks":[
{"provider":"AWS","vendr":"MSK"},{"provider":"AWS","vendr":"MSK","arn":"arn:aws-us-gov:kafka:x"}],"instances":{"b":{"results":[
{"name":"c","type":"Sample","zone":1}],"processors":[
{"name":"p","pipeline":[{"any":{"thing":1}}],"stats":{"any":1},"zone":1,
"options":{"dlq":{"connection":"c"}}}]}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	const project = "/projects/" + projectID
	if diff := cmp.Diff([]sandbox.Mistake{
		at(2, 19, project+"/privateLinks/0/vendr", `unknown field; did you mean "vendor"? (first of 2)`),
		at(3, 29, project+"/instances/b/results/0/zone", "unknown field, served unchanged"),
		at(4, 64, project+"/instances/b/processors/0/zone", "unknown field, served unchanged"),
		at(5, 19, project+"/instances/b/processors/0/options/dlq/connection", `unknown field; did you mean "connectionName"?`),
	}, warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
