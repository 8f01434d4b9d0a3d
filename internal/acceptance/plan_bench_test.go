package acceptance

import (
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
)

// BenchmarkPlan measures the time of a plan: a real CLI plans a listing of mixed connections with the built provider, and shows
// the plan as JSON. It reports the least seconds of all runs, which other work on the machine affects least, and how much longer a
// listing of 5,000 takes than one of 500, as a factor. Without TF_ACC_TERRAFORM_PATH it is skipped, because it takes minutes.
func BenchmarkPlan(b *testing.B) {
	if os.Getenv("TF_ACC_TERRAFORM_PATH") == "" {
		b.Skip("TF_ACC_TERRAFORM_PATH names no CLI: run make bench-plan")
	}
	least := map[int]planTime{}
	for _, n := range []int{12, 100, 500, 2000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, url := acctest.Serve(b, acctest.Data(fixtures.Mixed(b, n)...))
			c := acctest.NewCLI(b, acctest.ProviderBlock(url), acctest.DataBlock())
			fastest := planTime{math.Inf(1), math.Inf(1)}
			for b.Loop() {
				start := time.Now()
				c.Run(b, nil, "plan", "-out=plan.bin")
				planned := time.Since(start).Seconds()
				c.Run(b, nil, "show", "-json", "plan.bin")
				fastest = planTime{min(fastest.plan, planned), min(fastest.shown, time.Since(start).Seconds())}
			}
			fastest.report(b, "s/")
			least[n] = fastest
		})
	}
	if small, large := least[500], least[5000]; small.plan > 0 && large.plan > 0 {
		b.Run("growth", func(b *testing.B) {
			planTime{large.plan / small.plan, large.shown / small.shown}.report(b, "x/")
		})
	}
}

// planTime is the time of a plan, and of a plan and show.
type planTime struct{ plan, shown float64 }

func (t planTime) report(b *testing.B, unit string) {
	b.Helper()
	b.ReportMetric(0, "ns/op") // omits it
	b.ReportMetric(t.plan, unit+"plan")
	b.ReportMetric(t.shown, unit+"plan+show")
}
