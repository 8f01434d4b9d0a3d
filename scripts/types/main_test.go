package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTablesAreCurrent(t *testing.T) {
	t.Parallel()
	types, err := readTypes()
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"../../README.md", "../../templates/data-sources/streams_connections.md.tmpl"} {
		content, err := os.ReadFile(page) //nolint:gosec // a page of this repository
		if err != nil {
			t.Fatal(err)
		}
		want, err := updated(content, types)
		if err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		if diff := cmp.Diff(string(want), string(content)); diff != "" {
			t.Errorf("%s is stale, run 'make docs' (-want +got):\n%s", page, diff)
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	types := []connectionType{{"Kafka", "kafka", []string{"`config`", "`security`"}}, {name: "Sample"}}
	got, err := updated([]byte("before\n<!-- types, linked -->\nstale\n<!-- /types -->\nafter\n"), types)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"before", "<!-- types, linked -->", "",
		"| `type` | Attribute | Settings |", "| --- | --- | --- |",
		"| `Kafka` | [`kafka`](#nestedatt--results--kafka) | `config`, `security` |", "| `Sample` | none | none |",
		"", "<!-- /types -->", "after", "",
	}, "\n")
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}
