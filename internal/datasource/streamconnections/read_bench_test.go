package streamconnections_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// BenchmarkWholeRead goes from the protocol's question to its answer, with the sandbox over HTTP between them: its
// share, and that of the answer's decoding for the test, are in the figures.
func BenchmarkWholeRead(b *testing.B) {
	for _, n := range []int{12, 500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, url := acctest.Serve(b, acctest.Data(mixedConnections(b, n)...))
			server := acctest.NewServer(b, provider.New("test"))
			server.ConfigureFor(b, url)
			for b.Loop() {
				if _, diagnostics := server.Read(b, nil); len(diagnostics) > 0 {
					b.Fatal(acctest.Texts(diagnostics))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/connection")
		})
	}
}

// mixedConnections are n connections of all types in turn, each with every documented field.
func mixedConnections(tb testing.TB, n int) []json.RawMessage {
	tb.Helper()
	fixtures := fixtures(tb)
	types := slices.Sorted(maps.Keys(fixtures))
	connections := make([]json.RawMessage, n)
	for i := range connections {
		var connection map[string]any
		if err := json.Unmarshal(fixtures[types[i%len(types)]], &connection); err != nil {
			tb.Fatal(err)
		}
		connection["name"] = fmt.Sprintf("connection-%05d", i)
		encoded, err := json.Marshal(connection)
		if err != nil {
			tb.Fatal(err)
		}
		connections[i] = encoded
	}
	return connections
}
