package sandbox_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestSchemaAgreesWithLoad(t *testing.T) {
	t.Parallel()
	in := inInstance
	cases := map[string]struct {
		document string
		valid    bool
	}{
		"nothing":           {`{"projects":{}}`, true},
		"a schema":          {`{"$schema":"schema.json","projects":{}}`, true},
		"a saved listing":   {in(`"links":[{"href":"x","rel":"self"}],"results":[{"name":"a","type":"Sample"}],"totalCount":1`), true},
		"a new type":        {in(`"results":[{"name":"a","type":"New","field":[1]}]`), true},
		"a field":           {in(`"results":[{"name":"a","type":"Kafka","authentication":{}}]`), true},
		"a field elsewhere": {in(`"results":[{"name":"a","type":"Https","authentication":"NONE"}]`), true},
		"a field anywhere":  {in(`"results":[{"name":"a","type":"New","authentication":"NONE"}]`), true},
		"a wrong field":     {in(`"results":[{"name":"a","type":"Kafka","authentication":"NONE"}]`), false},
		"a fault":           {in(`"results":[],"fault":"moving"`), true},
		"a script":          {in(`"results":[],"answers":[{},{"times":-1,"delay":"1m0.5s","break":"stall"},{"status":429}]`), true},
		"a failing project": {`{"projects":{"` + projectID + `":{"instances":{},"fault":"slow"}}}`, true},
		"an instance": {in(`"results":[],"_id":"` + projectID + `","groupId":"` + projectID + `","name":"b","hostnames":["h"],
			"dataProcessRegion":{"cloudProvider":"AWS","region":"DUBLIN_IRL"},"failoverRegions":[{"cloudProvider":"AWS","region":"R"}],
			"sampleConnections":{"solar":true},"streamConfig":{"maxTierSize":"SP50","tier":"SP10"}`), true},
		"more failover regions than Atlas has": {in(`"results":[],"failoverRegions":[{"cloudProvider":"A","region":"1"},
			{"cloudProvider":"A","region":"2"},{"cloudProvider":"A","region":"3"}]`), true},
		"links of any form":   {in(`"results":[{"name":"a","type":"Kafka","links":[{"href":1}]}]`), true},
		"an object in part":   {in(`"results":[{"name":"a","type":"SchemaRegistry","schemaRegistryAuthentication":{}}]`), true},
		"a processor":         {in(`"results":[],"processors":[{"name":"p","pipeline":[{"$limit":1}],"stats":{"n":1}}]`), true},
		"half a processor":    {in(`"results":[],"processors":[{"name":"p"}]`), false},
		"a private link":      {`{"projects":{"` + projectID + `":{"instances":{},"privateLinks":[{"provider":"AWS","arn":"a"}]}}}`, true},
		"no private link":     {`{"projects":{"` + projectID + `":{"instances":{},"privateLinks":[{"provider":1}]}}}`, false},
		"an instance's id":    {in(`"results":[],"_id":"x"`), false},
		"half a region":       {in(`"results":[],"dataProcessRegion":{"region":"r"}`), false},
		"an empty region":     {in(`"results":[],"failoverRegions":[{"cloudProvider":"","region":"r"}]`), false},
		"an unknown size":     {in(`"results":[],"streamConfig":{"size":"x"}`), false},
		"two ways to fail":    {`{"projects":{"` + projectID + `":{"instances":{},"fault":"slow","answers":[]}}}`, false},
		"no projects":         {`{}`, false},
		"a project's name":    {`{"projects":{"x":{"instances":{}}}}`, false},
		"no instances":        {`{"projects":{"` + projectID + `":{}}}`, false},
		"an unknown field":    {`{"projects":{},"extra":1}`, false},
		"no results":          {in(``), false},
		"no name":             {in(`"results":[{"type":"Sample"}]`), false},
		"an empty name":       {in(`"results":[{"name":"","type":"Sample"}]`), false},
		"no type":             {in(`"results":[{"name":"a"}]`), false},
		"no object":           {in(`"results":[null]`), false},
		"no such fault":       {in(`"results":[],"fault":"x"`), false},
		"a fault and answers": {in(`"results":[],"fault":"slow","answers":[]`), false},
		"a wrong duration":    {in(`"results":[],"answers":[{"delay":"1"}]`), false},
		"a negative duration": {in(`"results":[],"answers":[{"delay":"-1s"}]`), false},
		"a wrong break":       {in(`"results":[],"answers":[{"break":"x"}]`), false},
		"a wrong status":      {in(`"results":[],"answers":[{"status":199}]`), false},
		"null parameters":     {in(`"results":[],"answers":[{"parameters":null},{"parameters":[1,"x"]}]`), true},
		"parameters in words": {in(`"results":[],"answers":[{"parameters":"x"}]`), false},
		"a negative page":     {in(`"results":[],"answers":[{"page":-1}]`), false},
		"a negative count":    {in(`"results":[],"answers":[{"totalCount":-1}]`), false},
		"an unknown answer":   {in(`"results":[],"answers":[{"stauts":500}]`), false},
		"an instance's name":  {`{"projects":{"` + projectID + `":{"instances":{"..":{"results":[]}}}}}`, false},
		"a control character": {`{"projects":{"` + projectID + `":{"instances":{"a\u0000":{"results":[]}}}}}`, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := sandbox.Load(strings.NewReader(tc.document)); (err == nil) != tc.valid {
				t.Errorf("Load: %v", err)
			}
			if err := schemaErrors(t, []byte(tc.document)); (err == nil) != tc.valid {
				t.Errorf("schema: %v", err)
			}
		})
	}
}

func TestExamplesFitTheSchema(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range []string{
		"../../examples/*/connections.json",
		"../../examples/*/tests/connections.json",
		"../../cmd/atlas-sandbox/testdata/connections.json",
	} {
		found, err := filepath.Glob(pattern)
		if err != nil || found == nil {
			t.Errorf("%s finds nothing (%v)", pattern, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		document, err := os.ReadFile(file) //nolint:gosec // A file of this repository.
		if err != nil {
			t.Fatal(err)
		}
		if err := schemaErrors(t, document); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if _, warnings, err := sandbox.Load(bytes.NewReader(document)); err != nil || warnings != nil {
			t.Errorf("%s: %v, %v", file, warnings, err)
		}
	}
}
