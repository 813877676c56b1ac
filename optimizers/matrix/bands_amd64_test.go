//go:build !purego

package matrix

import "testing"

// TestBands divides vectors into bands that join, are none wider than a kernel takes, and
// begin where vectors do.
func TestBands(t *testing.T) {
	for _, c := range []struct{ lanes, most int }{{8, 6}, {16, 16}} {
		for n := range 400 {
			end := 0
			bands(n, c.lanes, c.most, func(v, width int) {
				if v != end || width < 1 || width > c.most || v%(c.lanes/8) != 0 {
					t.Fatalf("%d vectors of %d lanes: a band of %d from %d on, after %d", n, c.lanes, width, v, end)
				}
				end = v + width
			})
			if end != n {
				t.Errorf("%d vectors of %d lanes: bands of %d", n, c.lanes, end)
			}
		}
	}
}
