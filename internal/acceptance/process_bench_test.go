//go:build linux

package acceptance

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-plugin"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
)

// BenchmarkProcess runs the built provider as Terraform does, and reports the CPU time and the peak memory of its process: until
// it has served its schema, and until it has also read a listing.
func BenchmarkProcess(b *testing.B) {
	binary := acctest.Build(b).Provider
	b.Run("schema", func(b *testing.B) {
		measure(b, func() cost { return runProvider(b, binary, "") })
	})
	for _, n := range []int{12, 500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, url := acctest.Serve(b, acctest.Data(fixtures.Mixed(b, n)...))
			measure(b, func() cost { return runProvider(b, binary, url) })
		})
	}
}

// cost is the CPU time and the peak memory of a process.
type cost struct {
	cpu       time.Duration
	peakBytes int
}

// measure reports the least CPU time of all runs, which other work on the machine affects least, and the highest peak.
func measure(b *testing.B, run func() cost) {
	b.Helper()
	total := run()
	for b.Loop() {
		c := run()
		total.cpu, total.peakBytes = min(total.cpu, c.cpu), max(total.peakBytes, c.peakBytes)
	}
	b.ReportMetric(float64(total.cpu.Microseconds())/1000, "cpu-ms")
	b.ReportMetric(float64(total.peakBytes)/(1<<20), "peak-MiB")
}

// runProvider starts the provider and requests its schema. Unless url is empty, it also reads a listing from the sandbox at url.
func runProvider(b *testing.B, binary, url string) cost {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), binary)
	cmd.Env = append(os.Environ(), acctest.SignIns(url)["service account"]...)
	client := plugin.NewClient(pluginConfig(cmd))
	defer client.Kill()
	conn := connect(b, client)
	call(b, conn, "GetProviderSchema", message{})
	if url != "" {
		call(b, conn, "ConfigureProvider", message{2: config("{}")})
		call(b, conn, "ReadDataSource", listing())
	}
	peak := peakMemory(b, cmd.Process.Pid)
	client.Kill()
	return cost{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak}
}

// peakMemory returns the peak memory of a running process. The usage that the kernel reports to the parent would also include
// memory of the parent, from which the process starts.
func peakMemory(b *testing.B, pid int) int {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, value, _ := strings.Cut(string(status), "VmHWM:")
	var kibibytes int
	if _, err := fmt.Sscanf(value, "%d kB", &kibibytes); err != nil {
		b.Fatal(err)
	}
	return kibibytes << 10
}
