package streamconnections_test

import (
	"fmt"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// BenchmarkWholeRead measures a read from the request of the protocol to its answer. The figures include the sandbox, which it
// reads over HTTP, and decoding the answer for the test.
func BenchmarkWholeRead(b *testing.B) {
	for _, n := range []int{12, 500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, url := acctest.Serve(b, acctest.Data(fixtures.Mixed(b, n)...))
			server := acctest.NewServer(b, provider.New("test"))
			server.ConfigureFor(b, url)
			report := fixtures.PerConnection(b, n)
			for b.Loop() {
				if _, diagnostics := server.Read(b, nil); len(diagnostics) > 0 {
					b.Fatal(acctest.Texts(diagnostics))
				}
			}
			report()
		})
	}
}
