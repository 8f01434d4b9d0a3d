package sandbox_test

import (
	"encoding/json"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestAnswersAreAsTheAPIDescribesThem(t *testing.T) {
	t.Parallel()
	describes := readSpec(t)
	reader := sandbox.DefaultCredentials()
	provoke := map[string]struct { // by status
		account sandbox.Credentials
		project string
		query   string
		answers []sandbox.Answer
	}{
		"200": {account: reader, project: projectID},
		"400": {account: reader, project: projectID, query: "?pageNum=0"},
		"401": {account: sandbox.Credentials{AccessToken: "wrong"}, project: projectID},
		"403": {account: sandbox.CredentialsOffAccessList(), project: projectID},
		"404": {account: reader, project: strings.Repeat("0", 24)},
		"429": {account: reader, project: projectID, answers: rateLimited()},
		"500": {account: reader, project: projectID, answers: []sandbox.Answer{{Status: http.StatusInternalServerError}}},
	}
	for template := range describes.object(describes.doc, "paths") {
		responses := describes.object(describes.doc, "paths", template, "get", "responses")
		for status, response := range responses {
			t.Run(path.Base(template)+" "+status, func(t *testing.T) {
				t.Parallel()
				s := spec{t, describes.doc}
				how, ok := provoke[status]
				if !ok {
					t.Fatal("the status is described, but not tried")
				}
				data := orders(3, how.answers...)
				data.Projects[projectID] = sandbox.Project{Instances: data.Projects[projectID].Instances, Answers: how.answers}
				_, base := acctest.Serve(t, data)
				target := strings.NewReplacer("{groupId}", how.project, "{tenantName}", "orders", "{connectionName}", "c0001").Replace(template)
				s.checkAnswer(getBy(t, how.account, base+target+how.query), status, s.object(response))
			})
		}
	}
}

func rateLimited() []sandbox.Answer {
	return []sandbox.Answer{{Status: http.StatusTooManyRequests, Headers: map[string]string{
		"Retry-After": "1", "RateLimit-Limit": "300", "RateLimit-Remaining": "0",
	}}}
}

func (s spec) checkAnswer(a answer, status string, response map[string]any) {
	s.t.Helper()
	if strconv.Itoa(a.status) != status {
		s.t.Fatalf("got %d %s", a.status, a.body)
	}
	content := s.object(response, "content")
	media, parameters, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	described, ok := content[media]
	if err != nil || !ok || len(parameters) > 0 && parameters["charset"] != "utf-8" {
		s.t.Fatalf("content type %q is not described", a.header.Get("Content-Type"))
	}
	s.validate(as[string](s.t, as[map[string]any](s.t, as[map[string]any](s.t, described)["schema"])["$ref"]), a.body)
	headers, _ := response["headers"].(map[string]any)
	for name := range headers {
		if s.at(headers, name, "schema", "type") != "integer" {
			s.t.Fatalf("%s is described as no integer", name)
		}
		if _, err := strconv.Atoi(a.header.Get(name)); err != nil {
			s.t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParametersAreAsTheAPIDescribesThem(t *testing.T) {
	t.Parallel()
	s := readSpec(t)
	_, base := acctest.Serve(t, orders(600))
	described := func(parameter, keyword string) int {
		n, ok := s.object(s.doc, "components", "parameters", parameter, "schema")[keyword].(json.Number)
		v, err := strconv.Atoi(n.String())
		if !ok || err != nil {
			t.Fatalf("the description has no %s of %s", keyword, parameter)
		}
		return v
	}
	status := func(parameter string, value int) int {
		return get(t, base+connectionsPath+"?"+parameter+"="+strconv.Itoa(value)).status
	}
	accepted := map[string][]int{
		"itemsPerPage": {described("itemsPerPage", "minimum"), described("itemsPerPage", "maximum")},
		"pageNum":      {described("pageNum", "minimum")},
	}
	refused := map[string][]int{
		"itemsPerPage": {described("itemsPerPage", "minimum") - 1, described("itemsPerPage", "maximum") + 1},
		"pageNum":      {described("pageNum", "minimum") - 1},
	}
	for parameter := range accepted {
		for _, value := range accepted[parameter] {
			if got := status(parameter, value); got != http.StatusOK {
				t.Errorf("%s=%d got %d", parameter, value, got)
			}
		}
		for _, value := range refused[parameter] {
			if got := status(parameter, value); got != http.StatusBadRequest {
				t.Errorf("%s=%d got %d", parameter, value, got)
			}
		}
		explicit := get(t, base+connectionsPath+"?"+parameter+"="+strconv.Itoa(described(parameter, "default")))
		if diff := cmp.Diff(decode[page](t, explicit).Results, decode[page](t, get(t, base+connectionsPath)).Results); diff != "" {
			t.Errorf("the default of %s (-described +served):\n%s", parameter, diff)
		}
	}
}

func TestConnectionsAreServedAsTheAPIDescribesThem(t *testing.T) {
	t.Parallel()
	s := readSpec(t)
	var full, want []json.RawMessage
	types := s.object(s.doc, "components", "schemas", "StreamsConnection", "x-xgen-discriminator", "mapping")
	for typeName := range types {
		fields := []string{"id", "links", "name", "region", "state", "type"}
		fields = append(fields, s.texts(types, typeName, "properties")...)
		full = append(full, s.connection(typeName, fields, false))
		want = append(want, s.connection(typeName, fields, true))
	}
	if len(full) < 10 {
		t.Errorf("the description has %d types", len(full))
	}
	data := orders(0)
	data.Projects[projectID].Instances["orders"] = sandbox.Instance{Results: full}
	_, base := acctest.Serve(t, data)
	a := get(t, base+connectionsPath)
	s.validate("#/components/schemas/PaginatedApiStreamsConnection", a.body)
	got := decode[struct{ Results []any }](t, a).Results
	for i, connection := range want {
		var wanted any
		if err := json.Unmarshal(connection, &wanted); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wanted, got[i]); diff != "" {
			t.Errorf("connection (-described +served):\n%s", diff)
		}
	}
}

func TestProcessorsAndPrivateLinksAreServedAsTheAPIDescribesThem(t *testing.T) {
	t.Parallel()
	s := readSpec(t)
	example := func(definition string, served bool) string {
		text, err := json.Marshal(s.example(s.object(s.doc, "components", "schemas", definition), served))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	const processor, link = "StreamsProcessorWithStats", "StreamsPrivateLinkConnection"
	for _, tc := range []struct {
		path, definition, page string
		data                   *sandbox.Data
	}{
		{processorsPath, processor, "PaginatedApiStreamsStreamProcessorWithStatsView", withProcessors(example(processor, false))},
		{privateLinksPath, link, "PaginatedApiStreamsPrivateLinkView", withPrivateLinks(example(link, false))},
	} {
		_, base := acctest.Serve(t, tc.data)
		a := get(t, base+tc.path)
		got := decode[struct{ Results []any }](t, a).Results
		if diff := cmp.Diff([]any{decode[any](t, answer{body: example(tc.definition, true)})}, got); diff != "" {
			t.Errorf("%s (-described +served):\n%s", tc.definition, diff)
		}
		s.validate("#/components/schemas/"+tc.page, a.body)
	}
}
