package tui

import (
	"fmt"
	"strings"
	"testing"
)

// drawing shows a layout with a letter for ten columns and one line for equal
// rows: H header, T tabs, 1 and 2 the charts, R standings, L log, S the
// selected run, F footer.
func drawing(l layout, w, h int) string {
	rows := make([][]byte, h)
	for i := range rows {
		rows[i] = []byte(strings.Repeat(".", w))
	}
	fill := func(r rect, c byte) {
		for y := r.y; y < r.y+r.h; y++ {
			for x := r.x; x < r.x+r.w; x++ {
				if rows[y][x] != '.' {
					c = '!' // drawn twice
				}
				rows[y][x] = c
			}
		}
	}
	for r, c := range map[rect]byte{l.header: 'H', l.footer: 'F', l.tabs: 'T', l.brief: 'S'} {
		fill(r, c)
	}
	for _, p := range l.panes {
		fill(p.rect, "12RL"[p.pane])
	}
	return summary(rows)
}

func summary(rows [][]byte) string {
	var b strings.Builder
	for i := 0; i < len(rows); {
		n := 1
		for i+n < len(rows) && string(rows[i+n]) == string(rows[i]) {
			n++
		}
		fmt.Fprintf(&b, "%2d ", n)
		for x := 0; x < len(rows[i]); x += 10 {
			b.WriteByte(rows[i][x])
		}
		b.WriteByte('\n')
		i += n
	}
	return b.String()
}

func TestLayout(t *testing.T) {
	for _, test := range []struct {
		name      string
		w, h, run int
		focus     pane
		recent    pane
		zoom      bool
		want      string
	}{
		{"wide", 120, 30, 4, paneRuns, paneLeft, false, " 1 HHHHHHHHHHHH\n17 111111222222\n 7 RRRRRRRRRRRR\n 4 LLLLLLLLLLLL\n 1 FFFFFFFFFFFF\n"},
		{"wide and tall", 200, 60, 6, paneLog, paneLeft, false, " 1 HHHHHHHHHHHHHHHHHHHH\n41 11111111112222222222\n 9 RRRRRRRRRRRRRRRRRRRR\n 8 LLLLLLLLLLLLLLLLLLLL\n 1 FFFFFFFFFFFFFFFFFFFF\n"},
		{"stacked", 100, 45, 4, paneRuns, paneLeft, false, " 1 HHHHHHHHHH\n15 1111111111\n15 2222222222\n 7 RRRRRRRRRR\n 6 LLLLLLLLLL\n 1 FFFFFFFFFF\n"},
		{"tabbed", 80, 24, 4, paneRuns, paneRight, false, " 1 HHHHHHHH\n12 22222222\n 7 RRRRRRRR\n 3 LLLLLLLL\n 1 FFFFFFFF\n"},
		{"narrow", 60, 20, 4, paneLeft, paneLeft, false, " 1 HHHHHH\n 1 TTTTTT\n16 111111\n 1 SSSSSS\n 1 FFFFFF\n"},
		{"narrow, standings", 79, 40, 4, paneRuns, paneLeft, false, " 1 HHHHHHHH\n 1 TTTTTTTT\n37 RRRRRRRR\n 1 FFFFFFFF\n"},
		{"low", 130, 23, 4, paneLog, paneLeft, false, " 1 HHHHHHHHHHHHH\n 1 TTTTTTTTTTTTT\n19 LLLLLLLLLLLLL\n 1 SSSSSSSSSSSSS\n 1 FFFFFFFFFFFFF\n"},
		{"smallest", 40, 12, 4, paneLeft, paneLeft, false, " 1 HHHH\n 1 TTTT\n 8 1111\n 1 SSSS\n 1 FFFF\n"},
		{"zoomed", 120, 30, 4, paneRight, paneRight, true, " 1 HHHHHHHHHHHH\n28 222222222222\n 1 FFFFFFFFFFFF\n"},
		{"many runs", 120, 30, 50, paneRuns, paneLeft, false, " 1 HHHHHHHHHHHH\n15 111111222222\n 9 RRRRRRRRRRRR\n 4 LLLLLLLLLLLL\n 1 FFFFFFFFFFFF\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := arrange(test.w, test.h, test.run, test.focus, test.recent, test.zoom)
			if got := drawing(l, test.w, test.h); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestTooSmall(t *testing.T) {
	for _, size := range [][2]int{{39, 12}, {40, 11}, {1, 1}, {0, 0}} {
		if !arrange(size[0], size[1], 3, paneLeft, paneLeft, false).tooSmall {
			t.Errorf("%v is not too small", size)
		}
	}
}

// Every cell belongs to exactly one part, whatever the size.
func TestLayoutCoversTheScreen(t *testing.T) {
	for w := minWidth; w < 220; w += 7 {
		for h := minHeight; h < 70; h += 3 {
			for p := range panes {
				for _, zoom := range []bool{false, true} {
					d := drawing(arrange(w, h, (w+h)%9, p, p%2, zoom), w, h)
					if strings.ContainsAny(d, ".!") {
						t.Fatalf("%d×%d, pane %d, zoom %v: holes or overlaps\n%s", w, h, p, zoom, d)
					}
				}
			}
		}
	}
}
