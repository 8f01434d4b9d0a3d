package streamconnections_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestListingArrivesWhole(t *testing.T) {
	t.Parallel()
	for connections, requests := range map[int]int{0: 1, 1: 1, 499: 1, 500: 2, 501: 4, 1000: 6, 1234: 6} { // several pages are read twice
		t.Run(fmt.Sprint(connections), func(t *testing.T) {
			t.Parallel()
			s, url := acctest.Serve(t, acctest.Data(acctest.Samples(connections)...))
			server := acctest.NewServer(t, provider.New("test"))
			server.ConfigureFor(t, url)
			state, diagnostics := server.Read(t, nil)
			if len(diagnostics) > 0 {
				t.Fatal(acctest.Texts(diagnostics))
			}
			results := resultsOf(t, state)
			if len(results) != connections {
				t.Errorf("%d results, want %d", len(results), connections)
			}
			for i, name := range namesOf(t, state) {
				if want := fmt.Sprintf("sample-%05d", i); name != want {
					t.Fatalf("results[%d] is %s, want %s", i, name, want)
				}
			}
			if got := acctest.Count(s, sandbox.EndpointConnections); got != requests {
				t.Errorf("%d list requests, want %d", got, requests)
			}
			if got := acctest.Count(s, sandbox.EndpointToken); got != 1 {
				t.Errorf("%d token requests, want 1", got)
			}
		})
	}
}

func TestArgumentsChooseConnections(t *testing.T) {
	t.Parallel()
	connections := []json.RawMessage{
		[]byte(`{"name": "web", "type": "Https", "url": "https://example.com"}`),
		[]byte(`{"name": "orders", "type": "Kafka"}`),
		[]byte(`{"name": "sample_stream_solar", "type": "Sample"}`),
		[]byte(`{"name": "Orders", "type": "Cluster"}`),
		[]byte(`{"name": "payments", "type": "Kafka"}`),
	}
	for name, test := range map[string]struct {
		arguments map[string]tftypes.Value
		want      []string
		requests  int
	}{
		"all, sorted by name": {nil, []string{"Orders", "orders", "payments", "sample_stream_solar", "web"}, 1},
		"one type":            {map[string]tftypes.Value{"types": set("Kafka")}, []string{"orders", "payments"}, 1},
		"two types":           {map[string]tftypes.Value{"types": set("Sample", "Https")}, []string{"sample_stream_solar", "web"}, 1},
		"a type none has":     {map[string]tftypes.Value{"types": set("S3")}, nil, 1},
		"a name anywhere":     {map[string]tftypes.Value{"name_regex": acctest.String("rders")}, []string{"Orders", "orders"}, 1},
		"a whole name":        {map[string]tftypes.Value{"name_regex": acctest.String("^orders$")}, []string{"orders"}, 1},
		"type and name": {map[string]tftypes.Value{"types": set("Kafka"), "name_regex": acctest.String("^p")},
			[]string{"payments"}, 1},
		"filters on the full listing": {map[string]tftypes.Value{"types": set("Cluster"), "items_per_page": number(1)}, []string{"Orders"}, 12},
		"pages of two": {map[string]tftypes.Value{"items_per_page": number(2)},
			[]string{"Orders", "orders", "payments", "sample_stream_solar", "web"}, 6},
		"one page": {map[string]tftypes.Value{"items_per_page": number(2), "page_num": number(2)},
			[]string{"Orders", "sample_stream_solar"}, 1},
		"a page beyond the end": {map[string]tftypes.Value{"page_num": number(2)}, nil, 1},
		"filters on the one page": {map[string]tftypes.Value{"items_per_page": number(2), "page_num": number(1), "types": set("Kafka")},
			[]string{"orders"}, 1},
		"workspace_name": {map[string]tftypes.Value{
			"instance_name":  tftypes.NewValue(tftypes.String, nil),
			"workspace_name": acctest.String(acctest.InstanceName),
			"types":          set("Kafka"),
		}, []string{"orders", "payments"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := acctest.Serve(t, acctest.Data(connections...))
			server := acctest.NewServer(t, provider.New("test"))
			server.ConfigureFor(t, url)
			state, diagnostics := server.Read(t, test.arguments)
			if len(diagnostics) > 0 {
				t.Fatal(acctest.Texts(diagnostics))
			}
			if diff := cmp.Diff(test.want, namesOf(t, state)); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			if got := acctest.Count(s, sandbox.EndpointConnections); got != test.requests {
				t.Errorf("%d list requests, want %d", got, test.requests)
			}
			want := map[string]string{"id": acctest.ProjectID + "/" + acctest.InstanceName, "total_count": "5"}
			if diff := cmp.Diff(want, summaryOf(t, state)); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTotalCount(t *testing.T) {
	t.Parallel()
	nine := 9
	for name, test := range map[string]struct {
		answer  sandbox.Answer
		want    map[string]string
		warning string
	}{
		"none reported": {sandbox.Answer{Times: -1, OmitTotalCount: true}, map[string]string{"id": "i"}, ""},
		"more than there are": {sandbox.Answer{Times: -1, TotalCount: &nine}, map[string]string{"id": "i", "total_count": "9"},
			"Fewer results than reported"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, url := acctest.Serve(t, acctest.Instance(sandbox.Instance{Results: acctest.Samples(3), Answers: []sandbox.Answer{test.answer}}))
			server := acctest.NewServer(t, provider.New("test"))
			server.ConfigureFor(t, url)
			state, diagnostics := server.Read(t, nil)
			if got := len(resultsOf(t, state)); got != 3 {
				t.Errorf("%d results, want 3", got)
			}
			summary := summaryOf(t, state)
			summary["id"] = "i"
			if diff := cmp.Diff(test.want, summary); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
			warning := ""
			if len(diagnostics) > 0 {
				warning = diagnostics[0].Summary
			}
			if warning != test.warning {
				t.Errorf("warning %q, want %q", warning, test.warning)
			}
		})
	}
}

func namesOf(t *testing.T, state tftypes.Value) []string {
	t.Helper()
	var names []string
	for _, result := range resultsOf(t, state) {
		names = append(names, acctest.Leaves(t, result)["name"])
	}
	return names
}

// summaryOf returns the computed attributes that are not null, except results.
func summaryOf(t *testing.T, state tftypes.Value) map[string]string {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	summary := map[string]string{}
	var id *string
	if err := attributes["id"].As(&id); err != nil || id == nil {
		t.Fatalf("id: %v", err)
	}
	summary["id"] = *id
	var count *big.Float
	if err := attributes["total_count"].As(&count); err != nil {
		t.Fatal(err)
	}
	if count != nil {
		summary["total_count"] = count.String()
	}
	return summary
}

func set(elements ...string) tftypes.Value {
	values := make([]tftypes.Value, len(elements))
	for i, element := range elements {
		values[i] = acctest.String(element)
	}
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, values)
}

func number(n int64) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }
