package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// spareHeap is about how much garbage may lie beside a data set before it is
// collected. Most of the memory is numbers, which the collector need not look at, so
// that it costs little to collect often: on MNIST some 2 ms a second.
const spareHeap = 4 << 20

// settleHeap returns what reading data has left over, and lets garbage gather of
// spareHeap, or of a tenth of large data, and not of as much as they take. What GOGC
// asks for is left as it is.
func settleHeap() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	debug.SetGCPercent(heapPercent(m.HeapAlloc))
}

// heapPercent is how much the heap may grow, in percent of what lives.
func heapPercent(live uint64) int {
	return int(min(max(100*spareHeap/max(live, 1), 10), 100))
}
