package race

import (
	"fmt"
	"strings"
	"testing"

	"optwatch/tui/pane"
)

// The devices lie on the right, over the log or taking turns with it; without
// a GPU they stand behind the log.
func TestLayoutWithDevices(t *testing.T) {
	for _, test := range []struct {
		name             string
		w, h             int
		clients, dev, gp int
		focus            int
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
			s := scene{
				runs: 4, clients: test.clients, devices: test.dev, gpus: test.gp,
				focus: test.focus, recent: []int{test.focus}, zoom: test.zoom,
			}
			if got := drawing(test.w, test.h, s); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			if l, _, _ := arrange(test.w, test.h, s); fmt.Sprint(l.Turns) != test.turns {
				t.Errorf("%v take turns, want %s", l.Turns, test.turns)
			}
		})
	}
}

// rowsOf is how many rows so many GPUs have a use for.
func rowsOf(gpus int) int {
	switch {
	case gpus == 0:
		return 4
	case gpus <= 2:
		return 3*gpus + 6
	case gpus <= 4:
		return 2*gpus + 6
	}
	return gpus + 7
}

// With devices too every cell belongs to one part, and every pane is either on
// the screen or behind one that is.
func TestLayoutWithDevicesCoversTheScreen(t *testing.T) {
	for w := pane.MinWidth; w < 220; w += 9 {
		for h := pane.MinHeight; h < 70; h += 4 {
			for p := range paneOthers {
				for _, n := range []int{0, 1, 2, 4, 8, 16, 20} {
					for _, clients := range []int{0, 14, 1004} {
						s := scene{
							runs: 4, clients: clients, devices: rowsOf(n), gpus: n, diagnosis: 12 * (n % 2),
							focus: p, recent: []int{p},
						}
						if d := drawing(w, h, s); strings.ContainsAny(d, ".!") {
							t.Fatalf("%d×%d, pane %d, %d GPUs, clients %d: holes or overlaps\n%s", w, h, p, n, clients, d)
						}
						if p == paneClients && clients == 0 || p == paneDiagnosis && s.diagnosis == 0 {
							continue
						}
						if l, _, _ := arrange(w, h, s); !seen(l, p) {
							t.Fatalf("%d×%d, %d GPUs, clients %d: pane %d is focused and out of sight", w, h, n, clients, p)
						}
					}
				}
			}
		}
	}
}

// seen says whether a pane is on the screen.
func seen(l layout, p int) bool {
	_, seen := l.Find(p)
	return seen
}
