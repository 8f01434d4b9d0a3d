package streamconnections

import (
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// BenchmarkAboveFloor reports how many times as long as the floor a read takes.
func BenchmarkAboveFloor(b *testing.B) {
	read := func() time.Duration { return duration(newReader(b, fromPage(mixedListing(b, 500)))) }
	floor := func() time.Duration { return duration(newReader(b, prebuilt(b, mixedListing(b, 500)))) }
	for b.Loop() {
		b.ReportMetric(ratio(read, floor), "×floor")
	}
}

// BenchmarkGrowth reports how many times as long 5,000 connections take as 500. Ten reads of 500 stand against one of
// 5,000, so that other load on the machine disturbs both for as long.
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

// duration is how long read takes with a heap of its own, as in a process, which reads once.
func duration(read func()) time.Duration {
	debug.FreeOSMemory()
	start := time.Now()
	read()
	return time.Since(start)
}

// ratio compares what f and g take in turns: the median, since the machine is as busy for both of a turn as a rule.
func ratio(f, g func() time.Duration) float64 {
	var ratios [21]float64
	for i := range ratios {
		ratios[i] = float64(f()) / float64(g())
	}
	slices.Sort(ratios[:])
	return ratios[len(ratios)/2]
}
