//go:build unix

package streamconnections

import (
	"math"
	"runtime/debug"
	"syscall"
	"testing"
	"time"
)

// BenchmarkAboveFloor reports how many times the CPU time of the floor a read takes.
func BenchmarkAboveFloor(b *testing.B) {
	read := func() func() { return newReader(b, fromPage(mixedListing(b, 500))) }
	floor := func() func() { return newReader(b, prebuilt(b, mixedListing(b, 500))) }
	for b.Loop() {
		readCost, floorCost := cheapest(20, func() time.Duration { return processTime(b) }, read, 1, floor, 1)
		b.ReportMetric(float64(readCost)/float64(floorCost), "×floor")
	}
}

// BenchmarkGrowth reports how many times as long 5,000 connections take as 500. Ten reads of 500 stand against one of
// 5,000, so that other load disturbs both for as long. The CPU time would count the idle core that helps to collect a
// greater heap.
func BenchmarkGrowth(b *testing.B) {
	many := func() func() { return newReader(b, fromPage(mixedListing(b, 5000))) }
	few := func() func() { return newReader(b, fromPage(mixedListing(b, 500))) }
	start := time.Now()
	for b.Loop() {
		manyCost, fewCost := cheapest(20, func() time.Duration { return time.Since(start) }, many, 1, few, 10)
		b.ReportMetric(10*float64(manyCost)/float64(fewCost), "×500")
	}
}

// cheapest returns what fReads reads of newF's and gReads of newG's cost in the cheapest of their turns, which other load
// on the machine disturbs least. Each read has a reader and a heap of its own, as in a process, which reads once.
func cheapest(turns int, clock func() time.Duration, newF func() func(), fReads int, newG func() func(), gReads int) (f, g time.Duration) {
	cost := func(newReader func() func(), reads int) (total time.Duration) {
		for range reads {
			read := newReader()
			debug.FreeOSMemory()
			start := clock()
			read()
			total += clock() - start
		}
		return total
	}
	f, g = math.MaxInt64, math.MaxInt64
	for range turns {
		f, g = min(f, cost(newF, fReads)), min(g, cost(newG, gReads))
	}
	return f, g
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
