package tui

import (
	"fmt"
	"strings"
	"testing"
)

// The devices lie on the right, over the log or taking turns with it; without
// a GPU they stand behind the log.
func TestLayoutWithDevices(t *testing.T) {
	for _, test := range []struct {
		name             string
		w, h             int
		clients, dev, gp int
		focus            pane
		zoom             bool
		turns            string
		want             string
	}{
		{"wide, 2 GPUs", 120, 40, 14, 12, 2, paneRuns, false, "[]", " 1 HHHHHHHHHHHH\n17 111111222222\n 7 RRRRRRRRRRRR\n10 CCCCCCCDDDDD\n 4 CCCCCCCLLLLL\n 1 FFFFFFFFFFFF\n"},
		{"wide, 8 GPUs", 120, 40, 14, 15, 8, paneRuns, false, "[[5 3]]", " 1 HHHHHHHHHHHH\n17 111111222222\n 7 RRRRRRRRRRRR\n14 CCCCCCCDDDDD\n 1 FFFFFFFFFFFF\n"},
		{"wide, the log in front", 120, 40, 14, 15, 8, paneLog, false, "[[5 3]]", " 1 HHHHHHHHHHHH\n17 111111222222\n 7 RRRRRRRRRRRR\n14 CCCCCCCLLLLL\n 1 FFFFFFFFFFFF\n"},
		{"wide and low", 120, 30, 14, 9, 1, paneRuns, false, "[[5 3]]", " 1 HHHHHHHHHHHH\n12 111111222222\n 7 RRRRRRRRRRRR\n 9 CCCCCCCDDDDD\n 1 FFFFFFFFFFFF\n"},
		{"wide and tall", 200, 60, 14, 23, 16, paneRuns, false, "[[5 3]]", " 1 HHHHHHHHHHHHHHHHHHHH\n28 11111111112222222222\n 7 RRRRRRRRRRRRRRRRRRRR\n23 CCCCCCCCCCCDDDDDDDDD\n 1 FFFFFFFFFFFFFFFFFFFF\n"},
		{"no federation", 120, 40, 0, 12, 2, paneRuns, false, "[]", " 1 HHHHHHHHHHHH\n19 111111222222\n 7 RRRRRRRRRRRR\n12 LLLLLLLDDDDD\n 1 FFFFFFFFFFFF\n"},
		{"no GPU", 120, 40, 14, 4, 0, paneRuns, false, "[[3 5]]", " 1 HHHHHHHHHHHH\n17 111111222222\n 7 RRRRRRRRRRRR\n14 CCCCCCCCLLLL\n 1 FFFFFFFFFFFF\n"},
		{"no GPU, the host in front", 120, 40, 0, 4, 0, paneDevices, false, "[[3 5]]", " 1 HHHHHHHHHHHH\n26 111111222222\n 7 RRRRRRRRRRRR\n 5 DDDDDDDDDDDD\n 1 FFFFFFFFFFFF\n"},
		{"stacked", 100, 45, 14, 12, 2, paneDevices, false, "[[0 1] [4 5]]", " 1 HHHHHHHHHH\n16 1111111111\n 7 RRRRRRRRRR\n14 DDDDDDDDDD\n 6 LLLLLLLLLL\n 1 FFFFFFFFFF\n"},
		{"stacked, no federation", 100, 45, 0, 9, 1, paneRuns, false, "[]", " 1 HHHHHHHHHH\n10 1111111111\n11 2222222222\n 7 RRRRRRRRRR\n 9 DDDDDDDDDD\n 6 LLLLLLLLLL\n 1 FFFFFFFFFF\n"},
		{"tabbed", 80, 24, 14, 9, 1, paneDevices, false, "[[0 1 4 5]]", " 1 HHHHHHHH\n12 DDDDDDDD\n 7 RRRRRRRR\n 3 LLLLLLLL\n 1 FFFFFFFF\n"},
		{"tabbed, no GPU", 80, 24, 0, 4, 0, paneDevices, false, "[[0 1] [3 5]]", " 1 HHHHHHHH\n12 11111111\n 7 RRRRRRRR\n 3 DDDDDDDD\n 1 FFFFFFFF\n"},
		{"narrow", 60, 20, 14, 9, 1, paneDevices, false, "[]", " 1 HHHHHH\n 1 TTTTTT\n16 DDDDDD\n 1 SSSSSS\n 1 FFFFFF\n"},
		{"zoomed", 120, 30, 14, 9, 1, paneDevices, true, "[]", " 1 HHHHHHHHHHHH\n28 DDDDDDDDDDDD\n 1 FFFFFFFFFFFF\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := arrange(test.w, test.h, scene{4, test.clients, test.dev, test.gp, test.focus, []pane{test.focus}, test.zoom, 0})
			if got := drawing(l, test.w, test.h); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			if got := fmt.Sprint(l.turns); got != test.turns {
				t.Errorf("%s take turns, want %s", got, test.turns)
			}
		})
	}
}

// With devices too every cell belongs to one part, and every pane is either on
// the screen or behind one that is.
func TestLayoutWithDevicesCoversTheScreen(t *testing.T) {
	for w := minWidth; w < 220; w += 9 {
		for h := minHeight; h < 70; h += 4 {
			for p := range panes {
				for _, n := range []int{0, 1, 2, 4, 8, 16, 20} {
					for _, clients := range []int{0, 14, 1004} {
						s := scene{4, clients, deviceHeight(n), n, p, []pane{p}, false, 12 * (n % 2)}
						l := arrange(w, h, s)
						if d := drawing(l, w, h); strings.ContainsAny(d, ".!") {
							t.Fatalf("%d×%d, pane %d, %d GPUs, clients %d: holes or overlaps\n%s", w, h, p, n, clients, d)
						}
						if p == paneClients && clients == 0 || p == paneDiagnosis && s.diagnosis == 0 {
							continue
						}
						if _, seen := l.find(p); !seen {
							t.Fatalf("%d×%d, %d GPUs, clients %d: pane %d is focused and out of sight", w, h, n, clients, p)
						}
					}
				}
			}
		}
	}
}

// A plan uses all lines, and shows every device wherever there is a way.
func TestPlanDevices(t *testing.T) {
	for w := 20; w < 220; w += 7 {
		for h := 1; h < 70; h++ {
			for _, n := range []int{1, 2, 4, 8, 16, 20} {
				for _, charts := range []bool{false, true} {
					p := planDevices(w, h, n, charts)
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
		p := planDevices(test.w, test.h, test.n, test.charts)
		if all := p.seen*p.across >= test.n; p.shape != test.shape || all != test.all {
			t.Errorf("%d GPUs in %d×%d: %+v, want shape %d, all %v", test.n, test.w, test.h, p, test.shape, test.all)
		}
	}
}
