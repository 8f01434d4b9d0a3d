//go:build unix

package streamconnections

import (
	"math"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// BenchmarkAboveFloor reports how many times the CPU time of the floor a read takes.
func BenchmarkAboveFloor(b *testing.B) {
	read := func() func() { return newReader(b, fromPage(mixedListing(b, 500))) }
	floor := func() func() { return newReader(b, prebuilt(b, mixedListing(b, 500))) }
	for b.Loop() {
		b.ReportMetric(ratio(20, func() time.Duration { return processTime(b) }, read, floor), "×floor")
	}
}

// BenchmarkGrowth reports how many times as long 5,000 connections take as 500. Ten reads of 500 stand against one of
// 5,000, so that other load disturbs both for as long. The CPU time would count the idle core that helps to collect a
// greater heap.
func BenchmarkGrowth(b *testing.B) {
	many := func() func() { return newReader(b, fromPage(mixedListing(b, 5000))) }
	tenTimes := func() func() {
		few := newReader(b, fromPage(mixedListing(b, 500)))
		return func() {
			for range 10 {
				few()
			}
		}
	}
	start := time.Now()
	for b.Loop() {
		b.ReportMetric(10*ratio(20, func() time.Duration { return time.Since(start) }, many, tenTimes), "×500")
	}
}

// ratio compares two functions by the cheapest of their turns, which other load on the machine disturbs least. Each is
// made anew for its turn, so that neither has what the other reads in its heap.
func ratio(turns int, clock func() time.Duration, newF, newG func() func()) float64 {
	cost := func(newF func() func()) time.Duration {
		f := newF()
		runtime.GC()
		start := clock()
		f()
		return clock() - start
	}
	fCost, gCost := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for range turns {
		fCost, gCost = min(fCost, cost(newF)), min(gCost, cost(newG))
	}
	return float64(fCost) / float64(gCost)
}

// processTime is the CPU time of this process, which other load disturbs less than the time on the wall.
func processTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
