package streamprocessors

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/unicode/norm"
)

func TestConnectionsOfAPipeline(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		pipeline string
		want     []connection
	}{
		"source": {`[{"$source": {"connectionName": "kafka", "topic": "orders"}}]`, []connection{{"kafka", "$source", "source"}}},
		"schema registry of a source": {`[{"$source": {"schemaRegistry": {"connectionName": "registry"}, "connectionName": "kafka"}}]`,
			[]connection{{"kafka", "$source", "source"}, {"registry", "$source", "schema_registry"}}},
		"source with documents": {`[{"$source": {"documents": [{"connectionName": "no"}]}}]`, nil},
		"lookups": {`[{"$lookup": {"from": {"connectionName": "a", "db": "d", "coll": "c"}}},
			{"$cachedLookup": {"from": {"connectionName": "b"}}}, {"$vectorSearch": {"from": {"connectionName": "c"}}}]`,
			[]connection{{"a", "$lookup", "lookup"}, {"b", "$cachedLookup", "lookup"}, {"c", "$vectorSearch", "lookup"}}},
		"lookup outside from":      {`[{"$lookup": {"connectionName": "a"}}]`, []connection{{"a", "$lookup", "lookup"}}},
		"lookup with data of user": {`[{"$lookup": {"pipeline": [{"$merge": {"connectionName": "no"}}], "let": {"connectionName": "no"}}}]`, nil},
		"requests, the last one a sink": {`[{"$https": {"connectionName": "a", "payload": [{"$set": {"connectionName": "no"}}]}},
			{"$externalFunction": {"connectionName": "f"}}, {"$https": {"connectionName": "b"}}, {"$https": {"connectionName": "a"}}]`,
			[]connection{{"a", "$https", "lookup"}, {"f", "$externalFunction", "lookup"}, {"b", "$https", "lookup"}, {"a", "$https", "sink"}}},
		"last external function": {`[{"$externalFunction": {"connectionName": "f"}}]`, []connection{{"f", "$externalFunction", "sink"}}},
		"emit": {`[{"$emit": {"schemaRegistry": {"connectionName": "r"}, "kafka": {"connectionName": "k"}, "connectionName": "e"}}]`,
			[]connection{{"e", "$emit", "sink"}, {"k", "$emit", "sink"}, {"r", "$emit", "schema_registry"}}},
		"merge": {`[{"$merge": {"into": {"connectionName": "cluster", "db": "d"}, "let": {"connectionName": "no"}}}]`,
			[]connection{{"cluster", "$merge", "sink"}}},
		"iceberg": {`[{"$iceberg": {"connectionName": "s3", "catalog": {"rest": [{"connectionName": "catalog"}]}}}]`,
			[]connection{{"s3", "$iceberg", "sink"}, {"catalog", "$iceberg", "sink"}}},
		"windows": {`[{"$tumblingWindow": {"interval": {"connectionName": "no"}, "pipeline": [{"$group": {"_id": 1}},
			{"$https": {"connectionName": "a"}}]}}, {"$hoppingWindow": {"pipeline": [{"$lookup": {"from": {"connectionName": "b"}}}]}},
			{"$sessionWindow": {"pipeline": [{"$sessionWindow": {"pipeline": [{"$https": {"connectionName": "c"}}]}}]}}]`,
			[]connection{{"a", "$https", "lookup"}, {"b", "$lookup", "lookup"}, {"c", "$https", "lookup"}}},
		"last stage of a last window": {`[{"$tumblingWindow": {"pipeline": [{"$https": {"connectionName": "a"}}]}}]`,
			[]connection{{"a", "$https", "lookup"}}},
		"test log":      {`[{"$emit": {"connectionName": "__testLog"}}]`, nil},
		"user's fields": {withoutAny(), nil},
		"a stage not known": {`[{"$quantum": {"a": [{"connectionName": "q"}], "payload": {"connectionName": "p"}}}]`,
			[]connection{{"q", "$quantum", "unknown"}, {"p", "$quantum", "unknown"}}},
		"a window not known": {`[{"$newWindow": {"pipeline": [{"$match": {"connectionName": "m"}}, {"$https": {"connectionName": "h"}}]}}]`,
			[]connection{{"m", "$newWindow", "unknown"}, {"h", "$https", "unknown"}}},
		"repetitions": {`[{"$source": {"connectionName": "a"}}, {"$https": {"connectionName": "a"}}, {"$https": {"connectionName": "a"}},
			{"$merge": {"into": {"connectionName": "a"}}}]`,
			[]connection{{"a", "$source", "source"}, {"a", "$https", "lookup"}, {"a", "$merge", "sink"}}},
		"names that Terraform shows alike": {`[{"$https": {"connectionName": "e\u0301"}}, {"$https": {"connectionName": "\u00e9"}}, {}]`,
			[]connection{{"\u00e9", "$https", "lookup"}}},
		"odd shapes": {`[null, 1, "$source", [], {}, {"$source": null}, {"$source": "a"}, {"$source": ["b"]}, {"": {"connectionName": "no"}},
			{"connectionName": "no"}, {"$merge": {"connectionName": 1}}, {"$tumblingWindow": []}, {"$tumblingWindow": {"pipeline": {}}},
			{"$https": {"connectionName": {"connectionName": "nested"}}}]`, []connection{{"nested", "$https", "sink"}}},
		"empty":       {`[]`, nil},
		"another key": {`[{"$source": {"connectionname": "no", "ConnectionName": "no"}}]`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, connectionsOf(decoded(t, test.pipeline), ""), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("connections (-want +got):\n%s", diff)
			}
		})
	}
}

// withoutAny returns a pipeline of stages that never name a connection, each of which has the field connectionName.
func withoutAny() string {
	stages := make([]string, len(withoutConnections))
	for i, operator := range withoutConnections {
		stages[i] = `{"` + operator + `": {"connectionName": "no", "$jsonSchema": {"properties": {"connectionName": "no"}}}}`
	}
	return "[" + strings.Join(stages, ",") + "]"
}

func TestTheDeadLetterQueueComesLast(t *testing.T) {
	t.Parallel()
	pipeline := decoded(t, `[{"$source": {"connectionName": "a"}}, {"$merge": {"into": {"connectionName": "b"}}}]`)
	for dlq, want := range map[string][]connection{
		"b":       {{"a", "$source", "source"}, {"b", "$merge", "sink"}, {"b", "dlq", "dlq"}},
		testLog:   {{"a", "$source", "source"}, {"b", "$merge", "sink"}},
		"":        {{"a", "$source", "source"}, {"b", "$merge", "sink"}},
		"e\u0301": {{"a", "$source", "source"}, {"b", "$merge", "sink"}, {"\u00e9", "dlq", "dlq"}},
	} {
		if diff := cmp.Diff(want, connectionsOf(pipeline, dlq)); diff != "" {
			t.Errorf("%q: connections (-want +got):\n%s", dlq, diff)
		}
	}
}

func TestNamesThatAreTooDeepArePassedOver(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		open, middle, end string
		levels            int // of JSON in open
	}{
		"windows": {`{"$tumblingWindow": {"pipeline": [`, `{"$https": {"connectionName": "a"}}`, `]}}`, 3},
		"fields":  {`{"$iceberg": `, `{"connectionName": "a"}`, `}`, 1},
		"unknown": {`{"$new": [`, `{"connectionName": "a"}`, `]}`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for levels, want := range map[int]bool{100: true, 300: false, 9000: false} {
				n := levels / test.levels
				pipeline := decoded(t, "["+strings.Repeat(test.open, n)+test.middle+strings.Repeat(test.end, n)+"]")
				if got := len(connectionsOf(pipeline, "")) == 1; got != want {
					t.Errorf("%d levels: found %t, want %t", levels, got, want)
				}
			}
		})
	}
}

// FuzzPipeline checks that a name is found only if a field connectionName has it, that there are no repetitions, and that the order
// is that of the stages.
func FuzzPipeline(f *testing.F) {
	for _, seed := range []string{
		`[{"$source": {"connectionName": "a", "schemaRegistry": {"connectionName": "r"}}}, {"$https": {"connectionName": "b"}},
			{"$merge": {"into": {"connectionName": "c"}}}]`,
		`[{"$tumblingWindow": {"pipeline": [{"$https": {"connectionName": "a"}}]}}, {"$emit": {"connectionName": "__testLog"}}]`,
		`[{"$new": {"x": [{"connectionName": "a"}, {"connectionName": "a"}]}}, {"$match": {"connectionName": "no"}}]`,
		`[{"$new": {"connectionName": "e\u0301"}}, {"$new": {"connectionName": "\u00e9"}}, null, [], {"": ""}]`, `[[[[]]]]`, `[]`,
	} {
		f.Add([]byte(seed))
	}
	roles := []string{roleSource, roleSink, roleLookup, roleSchemaRegistry, roleUnknown}
	f.Fuzz(func(t *testing.T, text []byte) {
		var pipeline []any
		if json.Unmarshal(text, &pipeline) != nil {
			return
		}
		found := connectionsOf(pipeline, "")
		var names []string
		collectNames(pipeline, &names)
		seen := map[connection]bool{}
		for _, c := range found {
			if seen[c] || c.Name == testLog || !slices.Contains(names, c.Name) || !slices.Contains(roles, c.Role) || c.Stage[0] != '$' {
				t.Errorf("found %v", c)
			}
			seen[c] = true
		}
		var each []connection
		for i, stage := range pipeline {
			only := []any{stage}
			if i < len(pipeline)-1 {
				only = append(only, nil) // not the last
			}
			for _, c := range connectionsOf(only, "") {
				if !slices.Contains(each, c) {
					each = append(each, c)
				}
			}
		}
		if diff := cmp.Diff(each, found, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("connections, stage by stage (-) and of the pipeline (+):\n%s", diff)
		}
	})
}

// collectNames collects every string in a field connectionName, in NFC.
func collectNames(value any, names *[]string) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			collectNames(element, names)
		}
	case map[string]any:
		for field, element := range value {
			if name, ok := element.(string); ok && field == "connectionName" {
				*names = append(*names, norm.NFC.String(name))
			}
			collectNames(element, names)
		}
	}
}

func decoded(tb testing.TB, pipeline string) []any {
	tb.Helper()
	var stages []any
	if err := json.Unmarshal([]byte(pipeline), &stages); err != nil {
		tb.Fatal(err)
	}
	return stages
}
