//go:build unix

package streamconnections

import (
	"math"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// BenchmarkAboveFloor reports how many times the floor a read takes.
func BenchmarkAboveFloor(b *testing.B) {
	listing := mixedListing(b, 500)
	read, floor := newReader(b, fromPage(listing)), newReader(b, prebuilt(b, listing))
	for b.Loop() {
		b.ReportMetric(ratio(b, 10, read, floor), "×floor")
	}
}

// BenchmarkGrowth reports how many times as long 5,000 connections take as 500. Ten reads of 500 stand against one of
// 5,000, so that other load disturbs both for as long.
func BenchmarkGrowth(b *testing.B) {
	many, few := newReader(b, fromPage(mixedListing(b, 5000))), newReader(b, fromPage(mixedListing(b, 500)))
	tenTimes := func() {
		for range 10 {
			few()
		}
	}
	for b.Loop() {
		b.ReportMetric(10*ratio(b, 3, many, tenTimes), "×500")
	}
}

// ratio compares two functions by the CPU time of their cheapest turn, which other load on
// the machine disturbs least.
func ratio(b *testing.B, turns int, f, g func()) float64 {
	b.Helper()
	fTime, gTime := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for range turns {
		fTime, gTime = min(fTime, cpuTime(b, f)), min(gTime, cpuTime(b, g))
	}
	return float64(fTime) / float64(gTime)
}

// cpuTime is what f costs, the garbage that is collected meanwhile included.
func cpuTime(b *testing.B, f func()) time.Duration {
	b.Helper()
	runtime.GC()
	start := processTime(b)
	f()
	return processTime(b) - start
}

func processTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
