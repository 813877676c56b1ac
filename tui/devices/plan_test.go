package devices

import "testing"

// A plan uses all lines, and shows every device wherever there is a way.
func TestPlanDevices(t *testing.T) {
	for w := 20; w < 220; w += 7 {
		for h := 1; h < 70; h++ {
			for _, n := range []int{1, 2, 4, 8, 16, 20} {
				for _, charts := range []bool{false, true} {
					p := planFor(w, h, n, charts)
					if got := p.head + p.seen*p.shape.high() + p.charts + p.processes + p.host; got != h {
						t.Fatalf("%d×%d, %d GPUs: %+v uses %d lines", w, h, n, p, got)
					}
					if p.processes < 0 || p.seen < 1 || charts && h >= 30 && p.charts < leastGauge || !charts && p.charts > 0 {
						t.Fatalf("%d×%d, %d GPUs: %+v", w, h, n, p)
					}
					if all := p.seen*p.across >= n; !all && h-p.host >= n+1 && !charts {
						t.Fatalf("%d×%d, %d GPUs: %+v shows not all", w, h, n, p)
					}
				}
			}
		}
	}
	for _, test := range []struct {
		w, h, n int
		charts  bool
		shape   shape
		all     bool
	}{
		{54, 7, 1, false, cards, true},
		{54, 7, 2, false, pairs, true},
		{54, 8, 2, false, cards, true},
		{54, 7, 4, false, rows, true},
		{73, 11, 4, false, pairs, true},
		{54, 12, 8, false, rows, true},
		{54, 7, 8, false, cells, true},
		{54, 7, 16, false, cells, true},
		{94, 21, 16, false, rows, true},
		{38, 7, 16, false, cells, false},
		{118, 26, 1, true, cards, true},
		{118, 26, 8, true, rows, true},
		{118, 26, 16, true, cells, true},
		{198, 56, 16, true, rows, true},
	} {
		p := planFor(test.w, test.h, test.n, test.charts)
		if all := p.seen*p.across >= test.n; p.shape != test.shape || all != test.all {
			t.Errorf("%d GPUs in %d×%d: %+v, want shape %d, all %v", test.n, test.w, test.h, p, test.shape, test.all)
		}
	}
}
