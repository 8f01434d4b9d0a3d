package sandbox_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// BenchmarkLoad loads listings in one line, as the Atlas CLI saves them, with fields that the schema does not describe. The
// time per connection must not depend on their number.
func BenchmarkLoad(b *testing.B) {
	for _, connections := range []int{50, 500, 5000} {
		b.Run(fmt.Sprintf("%d connections", connections), func(b *testing.B) {
			results := make([]string, connections)
			for i := range results {
				results[i] = fmt.Sprintf(`{"name":"c%d","type":"Kafka","bootstrapServers":"b-%[1]d.example.com:9096","zone":1,"rack":"r"}`, i)
			}
			document := []byte(inInstance(`"results":[` + strings.Join(results, ",") + `]`))
			b.ReportAllocs()
			for b.Loop() {
				_, warnings, err := sandbox.Load(bytes.NewReader(document))
				if err != nil || len(warnings) != 2 {
					b.Fatal(warnings, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*connections), "ns/connection")
		})
	}
}
