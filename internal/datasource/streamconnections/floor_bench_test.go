package streamconnections

import (
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// BenchmarkAboveFloor reports how much longer a read takes than the floor, as a factor; see BenchmarkFloor.
func BenchmarkAboveFloor(b *testing.B) {
	read := func() time.Duration { return duration(newReader(b, fromPage(mixedListing(b, 500)))) }
	floor := func() time.Duration { return duration(newReader(b, prebuilt(b, mixedListing(b, 500)))) }
	for b.Loop() {
		b.ReportMetric(ratio(read, floor), "×floor")
	}
}

// BenchmarkGrowth reports how much longer a read of 5,000 connections takes than one of 500, as a factor. It compares one read
// of 5,000 with ten reads of 500, so that other work on the machine affects both for the same time.
func BenchmarkGrowth(b *testing.B) {
	many := func() time.Duration { return duration(newReader(b, fromPage(mixedListing(b, 5000)))) }
	few := func() (total time.Duration) {
		for range 10 {
			total += duration(newReader(b, fromPage(mixedListing(b, 500))))
		}
		return total
	}
	for b.Loop() {
		b.ReportMetric(10*ratio(many, few), "×500")
	}
}

// duration returns the time of read with a heap of its own, as in a process that reads only once.
func duration(read func()) time.Duration {
	debug.FreeOSMemory()
	start := time.Now()
	read()
	return time.Since(start)
}

// ratio returns the median ratio of f and g, which run in turns, so that the machine is usually as busy for both.
func ratio(f, g func() time.Duration) float64 {
	var ratios [21]float64
	for i := range ratios {
		ratios[i] = float64(f()) / float64(g())
	}
	slices.Sort(ratios[:])
	return ratios[len(ratios)/2]
}
