package main

import "testing"

// TestHeapPercent: a little data may double, much may grow by a hundredth.
func TestHeapPercent(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 100}, {1 << 20, 100}, {8 << 20, 25}, {32 << 20, 7}, {1 << 30, 1}} {
		if got := heapPercent(c.live); got != c.want {
			t.Errorf("%d bytes: %d %%, want %d", c.live, got, c.want)
		}
	}
}
