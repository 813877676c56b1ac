package main

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// spareHeap is about how much garbage may lie beside a data set before it is
// collected. Most of the memory is numbers, which the collector need not look at, so
// that it costs little to collect often.
const spareHeap = 2 << 20

// tidyEvery is how often free memory is given back to the system once runs are under
// way. The runtime does so by itself too, but keeps a tenth of the heap.
const tidyEvery = 10 * time.Second

var tidying sync.Once

// settleHeap gives back what reading data has left over, and lets garbage gather of
// spareHeap, or of a hundredth of large data, where the runtime would let it gather of as
// much as the data take. It does so now, and again and again, since runs take memory too.
// What GOGC asks for is left as it is.
func settleHeap() {
	if os.Getenv("GOGC") != "" {
		return
	}
	tidyHeap()
	tidying.Do(func() { go tidyForEver() })
}

// tidyForEver tidies soon and then less and less often, down to every tidyEvery: runs take
// most of their memory when they begin, and garbage is allowed in percent of what lives.
func tidyForEver() {
	for pause := time.Second; ; pause = min(2*pause, tidyEvery) {
		time.Sleep(pause)
		tidyHeap()
	}
}

func tidyHeap() {
	debug.FreeOSMemory()
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(heapPercent(live[0].Value.Uint64()))
}

// heapPercent is how much the heap may grow, in percent of what lives.
func heapPercent(live uint64) int {
	live = max(live, 1)
	return int(min((100*spareHeap+live-1)/live, 100))
}
